/**
 * Settles how this process runs, before it loads anything else: what Node compiles is kept for the next start, and the
 * memory for new objects does not grow while modules are loaded, since it would stay that large when nothing happens.
 *
 * It is JavaScript, and so is the entry file: to run a file of TypeScript before this, Node would load a compiler.
 */
export function settleProcess(): void;

/** Lets the memory for new objects grow with the work: for a server that has loaded what it needs. */
export function growWithWork(): void;
