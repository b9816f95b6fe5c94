/** Lists the paths under which a web server answers with this file, the preferred one of a plain server first. */
export function routesOf(file: string): string[] {
  const index = /^(?:(.*)\/)?index\.html?$/i.exec(file);
  if (index !== null) {
    const folder = index[1];
    return folder === undefined ? ['', file] : [`${folder}/`, folder, file];
  }
  const bare = file.replace(/\.html?$/i, '');
  return bare === file ? [file] : [file, bare, `${bare}/`];
}

/** Finds the file that a web server answers with at a path below its folder; undefined when it has none. */
export function fileAt(path: string, files: ReadonlySet<string>): string | undefined {
  const plain = path.replace(/\/$/, '');
  const candidates =
    plain === ''
      ? ['index.html', 'index.htm']
      : [
          ...(path.endsWith('/') ? [] : [plain]),
          `${plain}/index.html`,
          `${plain}/index.htm`,
          `${plain}.html`,
          `${plain}.htm`,
        ];
  return candidates.find((candidate) => files.has(candidate));
}

/** Gives the decoded path of an address below a base address; undefined when it is outside. */
export function pathBelow(url: URL, base: URL): string | undefined {
  const atBase = `${url.pathname}/` === base.pathname;
  if (url.origin !== base.origin || !(atBase || url.pathname.startsWith(base.pathname))) return undefined;
  const path = atBase ? '' : url.pathname.slice(base.pathname.length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Gives the decoded path of an address; undefined when a `%` in it stands for no character of UTF-8. */
export function decodedPath(url: URL): string | undefined {
  try {
    return decodeURI(url.pathname);
  } catch {
    return undefined;
  }
}

/** Makes the address of a path below a base address. */
export function addressOf(path: string, base: URL): URL {
  return new URL(path.split('/').map(encodeURIComponent).join('/'), base);
}
