/** The name under which a page keeps the secret that it sends beside the cookie, in the storage of its own origin. */
export const pageSecretName = 'nightshift-session';
