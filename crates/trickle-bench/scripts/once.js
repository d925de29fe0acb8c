
const [email, password] = process.argv.slice(2);
login(email, password, (error, profile) => {
  if (error) throw error;
  console.log(JSON.stringify(profile));
});
