/** Says whether an address has a user or a password in it, as `http://user:password@host` has. */
export function hasUserInfo(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

/** Takes out of a text that may be an address, sound or not, whatever could be a user and a password. */
export function withoutUserInfo(text: string): string {
  const at = text.lastIndexOf('@');
  return /[:/]/.test(text.slice(0, Math.max(0, at))) ? `…${text.slice(at)}` : text;
}

/** What is expected of an address instead. */
export const expectedNoUserInfo =
  'expected a URL without a user name and password, because the URL is shown in many places';
