/** Every attribute that names another file of the site. */
export const references: { selector: string; attribute: string; what: string }[] = [
  { selector: 'a[href], area[href]', attribute: 'href', what: 'link' },
  { selector: 'img[src], input[type="image" i][src]', attribute: 'src', what: 'image' },
  { selector: 'script[src]', attribute: 'src', what: 'script' },
  { selector: 'iframe[src]', attribute: 'src', what: 'frame' },
  { selector: 'video[src], audio[src], source[src], track[src]', attribute: 'src', what: 'media file' },
  {
    selector: 'link[rel~="stylesheet" i][href], link[rel~="icon" i][href], link[rel~="manifest" i][href]',
    attribute: 'href',
    what: 'file',
  },
];
