/**
 * The script that runs in the browser before GraphiQL: its headers hold keys, and its history would store them whatever it
 * is told. None gets into the browser's storage, and what older pages left there goes.
 */
export const forgetHeaders = `(() => {
  const withoutHeaders = (name, value) => {
    if (name === 'graphiql:headers') return '';
    if (!name.startsWith('graphiql:') || !value.includes('"headers"')) return value;
    try {
      return JSON.stringify(JSON.parse(value, (key, part) => (key === 'headers' ? null : part)));
    } catch {
      return '';
    }
  };
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (name, value) {
    setItem.call(this, name, withoutHeaders(String(name), String(value)));
  };
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith('graphiql:')) localStorage.setItem(name, localStorage.getItem(name));
  }
  for (const name of ['headers', 'shouldPersistHeaders']) localStorage.removeItem('graphiql:' + name);
})();`;
