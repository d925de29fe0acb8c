function login( {
