/** Names that every plain object answers to, whether it has them or not. */
export const inheritedNames: readonly string[] = Object.getOwnPropertyNames(Object.prototype);

/** The same but `__proto__`, which is refused where a map has it as a key. */
export const inheritedKeys = inheritedNames.filter((name) => name !== '__proto__');
