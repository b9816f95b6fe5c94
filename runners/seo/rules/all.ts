import type { Rule } from '../rule.ts';
import { canonical } from './canonical.ts';
import { charset } from './charset.ts';
import { description } from './description.ts';
import { duplicates } from './duplicates.ts';
import { headings } from './headings.ts';
import { images } from './images.ts';
import { jsonLd } from './jsonLd.ts';
import { language } from './language.ts';
import { links } from './links.ts';
import { mixedContent } from './mixedContent.ts';
import { openGraph } from './openGraph.ts';
import { robotsMeta } from './robotsMeta.ts';
import { robotsTxt } from './robotsTxt.ts';
import { sitemap } from './sitemap.ts';
import { title } from './title.ts';
import { twitterCard } from './twitterCard.ts';
import { viewport } from './viewport.ts';

/** Every family of rules, in the order in which their edits enter a head. */
export const allRules: readonly Rule[] = [
  charset,
  viewport,
  title,
  description,
  duplicates,
  canonical,
  language,
  headings,
  images,
  openGraph,
  twitterCard,
  jsonLd,
  robotsMeta,
  robotsTxt,
  sitemap,
  links,
  mixedContent,
];
