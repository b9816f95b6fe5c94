/** The first Node.js that runs TypeScript as it is. */
const least = [22, 18];

export function whyTooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > least[0] || (major === least[0] && minor >= least[1])) return undefined;
  return `Nightshift needs Node.js ${least.join('.')} or newer, this is ${version}. Run \`npx nightshift\`: npm ci has installed one that fits.`;
}
