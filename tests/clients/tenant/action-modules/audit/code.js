exports.note = (event, text) => console.log(text, event.user.user_id);
