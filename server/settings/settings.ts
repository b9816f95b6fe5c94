import { isIP } from 'node:net';
import * as z from 'zod';
import { expectedNoUserInfo, hasUserInfo } from '../../contract/urls/userInfo.ts';
import { isSchemaName, schemaOf } from '../../database/schemaName.ts';
import { defaultKeySleepDays } from '../../domain/access/keyFacts.ts';

/** The shortest key that is good enough beyond loopback. */
export const minKeyLength = 16;

/** A TCP port; 0 means any free one. */
export const port = z
  .string()
  .trim()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, {
    error: 'expected a whole number from 0 to 65535',
  })
  .transform(Number);

/** An address or name to listen on. */
export const hostName = z
  .string()
  .trim()
  .refine((text) => /^[\w.:%[\]-]{1,253}$/.test(text), {
    error: 'expected an address or a name of this computer, such as 127.0.0.1 or 0.0.0.0',
  });

/** The time for which a lease holds, in seconds: 30 unless set. */
export const leaseSeconds = z
  .string()
  .trim()
  .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 2 && Number(text) <= 3600, {
    error: 'expected a whole number of seconds from 2 to 3600',
  })
  .default('30')
  .transform(Number);

/** How many connections a server keeps open at once: 2,000 unless set. */
export const connectionCount = z
  .string()
  .trim()
  .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 10, {
    error: 'expected a whole number from 10 to 999999',
  })
  .default('2000')
  .transform(Number);

/** How many streams may be open at once. */
export const streamCount = z
  .string()
  .trim()
  .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 1, {
    error: 'expected a whole number from 1 to 999999',
  })
  .transform(Number);

/** For how many days what is over is kept; unset, for ever. */
export const retentionDays = z
  .string()
  .trim()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= 1, {
    error: 'expected a whole number of days from 1 to 99999',
  })
  .transform(Number)
  .optional();

/** After how many days without a sign-in a person's keys sleep. */
export const keySleepDays = z
  .string()
  .trim()
  .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1, {
    error: 'expected a whole number of days from 1 to 9999',
  })
  .transform(Number)
  .default(defaultKeySleepDays);

/** The time after which the running task of a silent outside reporter is failed, in hours: 6 unless set. */
export const reportHours = z
  .string()
  .trim()
  .refine((text) => /^\d{1,4}(\.\d{1,4})?$/.test(text) && Number(text) >= 0.001 && Number(text) <= 8760, {
    error: 'expected a number of hours from 0.001 to 8760',
  })
  .default('6')
  .transform(Number);

/** A secret that travels in a header. */
export const headerText = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, {
    error: 'expected printable ASCII without spaces, since it travels in a header',
  });

/** A PostgreSQL URL; its faults are told without the URL, which holds a password. */
export const postgresUrl = z.string().superRefine((text, context) => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1] ?? '';
  const usable = /^postgres(ql)?$/i.test(scheme) && URL.canParse(text);
  if (usable) {
    const schema = schemaOf(text);
    if (schema !== undefined && !isSchemaName(schema))
      context.addIssue({
        code: 'custom',
        message: 'expected ?schema= with at most 40 small letters, digits and _, such as ?schema=nightshift',
      });
    return;
  }
  const driver = /^(postgres(?:ql)?)\+/i.exec(scheme)?.[1];
  const came = driver
    ? `${scheme}: (write ${driver}: instead)`
    : scheme
      ? `one that begins with ${scheme}:`
      : 'no URL';
  context.addIssue({
    code: 'custom',
    message: `expected a URL such as postgresql://user:password@host:5432/name, got ${came}. Leave it out for the embedded database`,
  });
});

/** An address to which something is sent; its faults are told without it, since it may hold a secret. */
export const httpUrl = z
  .string()
  .trim()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'expected a URL that begins with https:// or http://',
    abort: true,
  })
  .refine((text) => !hasUserInfo(text), { error: expectedNoUserInfo });

/** Addresses of people. */
export const emails = z.email({ error: 'expected email addresses with commas between them' });

/** Origins such as `https://tools.example.org`. */
export const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error:
    'expected origins such as https://tools.example.org (no path, no trailing slash, no *), commas between them',
});

/** Splits a list with commas and checks each entry. */
export function listOf<S extends z.ZodType<string, string>>(entry: S) {
  return z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .pipe(z.array(entry));
}

/** Addresses and networks, e.g. `10.0.0.5, 10.1.0.0/16, ::1`. */
export const addressList = listOf(
  z.string().refine(isAddressOrNetwork, {
    error: 'expected IP addresses or networks such as 10.0.0.5 or 10.1.0.0/16, commas between them',
  }),
);

/** Says whether a server that listens on this host hears only programs of its own computer. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/** Says whether a text is an IP address, or a network (CIDR). */
export function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
