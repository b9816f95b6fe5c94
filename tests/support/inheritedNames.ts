/** Names that every plain object answers to, whether it has them or not. */
export const inheritedNames: readonly string[] = Object.getOwnPropertyNames(Object.prototype);

/** The same but `__proto__`, which no object of ours ever has: what JSON has under it is left out when it is read. */
export const inheritedKeys = inheritedNames.filter((name) => name !== '__proto__');
