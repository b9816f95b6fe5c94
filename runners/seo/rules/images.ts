import { at, type Issue } from '../issue.ts';
import { attribute, type Element, type Page } from '../page.ts';
import type { Rule } from '../rule.ts';

/** Every image says in `alt` what it shows; an empty one says that it is decoration. */
export const images: Rule = {
  family: 'image',
  checks: "images' alt, and their src",
  page: checkImages,
};

function* checkImages(page: Page): Iterable<Issue> {
  for (const image of page.$('img, input[type="image" i], area[href]').toArray()) {
    yield* checkAlt(page, image);
    if (image.tagName === 'img' && hasNoSource(image)) {
      yield {
        rule: 'image/src',
        severity: 'error',
        message: 'The image has no src.',
        ...at(page, image),
      };
    }
  }
}

function hasNoSource({ attribs }: Element): boolean {
  return [attribs.src, attribs.srcset, attribs['data-src']].every((value) => (value ?? '').trim() === '');
}

function* checkAlt(page: Page, image: Element): Iterable<Issue> {
  const alt = image.attribs.alt;
  if (alt === undefined) {
    const decorative = isDeclaredDecorative(image);
    yield {
      rule: 'image/alt',
      severity: 'error',
      message: `The ${image.tagName === 'img' ? `image ${attribute(image, 'src')}`.trim() : `<${image.tagName}>`} has no alt.`,
      hint: decorative
        ? 'Add alt="": it is marked as decoration.'
        : 'Describe what it shows, or write alt="" when it is decoration. Nobody but you can know which.',
      ...at(page, image),
    };
  } else if (/^\S+\.(png|jpe?g|gif|svg|webp|avif)$/i.test(alt.trim())) {
    yield {
      rule: 'image/fileName',
      severity: 'warning',
      message: `The alt "${alt.trim()}" is a file name; expected words that say what the image shows.`,
      ...at(page, image),
    };
  }
}

function isDeclaredDecorative({ tagName, attribs }: Element): boolean {
  const hidden = attribs['aria-hidden'] === 'true' || ['presentation', 'none'].includes(attribs.role ?? '');
  return tagName === 'img' && hidden && attribs.title === undefined && attribs['aria-label'] === undefined;
}
