/** Shorter texts would blank out half of a log and protect nothing. */
const shortest = 6;
/** A part of an address that is as long as this is taken for a secret; shorter ones are names. */
const shortestOfAddress = 16;

/**
 * Lists the texts to mask for some secret values: each line of them, what is secret in them where they are addresses,
 * and how these read in URLs, JSON, HTML, hexadecimal and Base64. Escapes of every character are in small letters: they are
 * masked in either case.
 */
export function secretTexts(values: readonly (string | undefined)[]): string[] {
  const texts = values
    .flatMap((value) => (value ? [value, ...value.split(/\r?\n/)] : []))
    .map((value) => value.trim())
    .flatMap((value) => [value, ...secretsOfAddress(value)])
    .filter((value) => value.length >= shortest)
    // The lines of a longer value are masked each, in every form.
    .flatMap((value) => (value.includes('\n') ? [value] : formsOf(value)));
  return [...new Set(texts)].filter((text) => text.length >= shortest);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    ...percentForms(value),
    ...jsonForms(value),
    ...htmlForms(value),
    ...escapedForms(value),
    ...base64Forms(bytes),
    ...(json === value ? [] : base64Forms(Buffer.from(json))),
  ];
}

/** Who signs in and what only those who know the address have: its long parts and the values of its query. */
function secretsOfAddress(value: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value)) return [];
  const { username, password, pathname, searchParams, protocol, hash } = new URL(value);
  const long = (text: string) => text.length >= shortestOfAddress;
  const parts = /^https?:$/.test(protocol) ? pathname.split('/').filter(long) : [];
  // A name that comes without a password is a token.
  const signsIn = password === '' ? [username] : [password, `${username}:${password}`];
  const found = [...signsIn, ...parts, ...(long(pathname) && parts.length > 0 ? [pathname] : [])];
  const values = [...searchParams.values(), hash.slice(1)];
  return [...found, ...found.map(decoded), ...values];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As URLs and forms write it, with escapes in either case. */
function percentForms(value: string): string[] {
  const usual = encodeURIComponent(value.toWellFormed());
  const strict = usual.replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const forms = [usual, strict, form, form.replaceAll('+', '%20'), encodeURI(value.toWellFormed())];
  return forms.flatMap((one) => [one, one.replace(/%../g, (code) => code.toLowerCase())]);
}

/** As JSON writes it: plain, with escaped slashes, without what HTML would take for markup, and in ASCII alone. */
function jsonForms(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const escaped = (pattern: RegExp, upper: boolean) =>
    plain.replace(pattern, (character) => {
      const code = character.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${upper ? code.toUpperCase() : code}`;
    });
  const patterns = [/[<>&]/g, /[<>&']/g, /[\u0080-\uffff]/g, /[<>&'\u0080-\uffff]/g];
  const forms = [plain, ...patterns.flatMap((pattern) => [escaped(pattern, false), escaped(pattern, true)])];
  return forms.flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}

/** As Base64 writes it, alone and within a longer text: what stands before it shifts it by none, one or two bytes. */
function base64Forms(bytes: Buffer): string[] {
  const within = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The first and the last character may hold bits of what stands beside it.
    return text.slice(before === 0 ? 0 : before + 1, Math.floor((8 * (before + bytes.length)) / 6));
  });
  const forms = [bytes.toString('base64'), ...within];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** With an escape for every byte or character: in hexadecimal plain or as dumps write it, in URLs, JSON and shells. */
function escapedForms(value: string): string[] {
  const bytes = Buffer.from(value).toString('hex').match(/../g) ?? [];
  const units = Array.from({ length: value.length }, (_, at) =>
    value.charCodeAt(at).toString(16).padStart(4, '0'),
  );
  const joined = ['', ' ', ':'].map((between) => bytes.join(between));
  return [...joined, ...['%', '\\x'].map((sign) => sign + bytes.join(sign)), `\\u${units.join('\\u')}`];
}

/** As HTML writes it: in text and in attributes, as the common libraries do. */
function htmlForms(value: string): string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = [text, text.replaceAll('"', '&quot;'), text.replaceAll('"', '&#34;')];
  const all = quoted.flatMap((form) => [
    form,
    ...['&#39;', '&#039;', '&#x27;', '&apos;'].map((mark) => form.replaceAll("'", mark)),
  ]);
  const strict = all.map((form) => form.replaceAll('`', '&#x60;').replace(/=/g, '&#x3D;'));
  return [...all, ...strict, ...strict.map((form) => form.replaceAll('/', '&#x2F;'))];
}
