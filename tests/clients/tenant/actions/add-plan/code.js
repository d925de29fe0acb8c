exports.onExecutePostLogin = async (event, api) => {
  api.accessToken.setCustomClaim('https://initech.example/plan', event.user.app_metadata.plan);
};
