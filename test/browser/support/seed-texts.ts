/** The words of a seed where it tries what pages make of them. */
export type SeedTexts = {
  /** A name, wherever somebody chooses one. */
  readonly name: string;
  /** Two versions of a software. */
  readonly versions: readonly [string, string];
  /** Several lines, wherever somebody may write as much. */
  readonly text: string;
  readonly redirectUris: readonly string[];
  readonly clientUri: string;
  readonly scopes: readonly [string, string];
  readonly contact: string;
  /** What a TXT record says instead of the proof. */
  readonly record: string;
  readonly userAgent: string;
  /** The longest name there may be, with nothing to break it at. */
  readonly longName: string;
  readonly longComment: string;
};

const MARKUP =
  '<script>window.__hacked=1</script><img src=x onerror="window.__hacked=2">\'"><svg onload=window.__hacked=3>';

/** What people send to see whether a page believes it. */
export const HOSTILE: SeedTexts = {
  name: MARKUP,
  versions: [MARKUP.slice(0, 60), `${MARKUP.slice(0, 58)}2`],
  text: `${MARKUP}\n</textarea></code></pre></script><script>window.__hacked=4</script>\n<a href="javascript:window.__hacked=5">here</a> {{7*7}} \${7*7} %3Cscript%3E`,
  redirectUris: [
    'https://rides.example/cb?x=%3Cscript%3E',
    "https://rides.example/'onmouseover='window.__hacked=9",
  ],
  clientUri: 'https://rides.example/?q=%22%3E%3Cscript%3Ewindow.__hacked=6%3C/script%3E',
  scopes: ['<script>window.__hacked=7</script>', 'openid <img/src=x/onerror=window.__hacked=8>'],
  contact: "o'connor&sons@rides.example",
  record: '<script>window.__hacked=10</script>',
  userAgent: MARKUP,
  longName: `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft${'Software'.repeat(13)}`,
  longComment: 'w'.repeat(300),
};

/** The same story with words that nobody has to be afraid of, for pictures. */
export const PLAIN: SeedTexts = {
  name: 'Fabrikam Rides',
  versions: ['4.2.0', '4.3.0'],
  text: 'As agreed on the phone.',
  redirectUris: ['https://rides.example/callback', 'https://rides.example/driver/callback'],
  clientUri: 'https://rides.example/',
  scopes: ['openid rides', 'openid rides location'],
  contact: 'security@rides.example',
  record: 'v=spf1 include:mail.example -all',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/141.0',
  longName: 'Northwind Archive',
  longComment: 'Thank you.',
};

/** Right to left, with digits and Latin letters among it. */
export const ARABIC_NAME = 'شركة البرمجيات الموثوقة 24/7 (Trusted Software)';
export const HEBREW_NAME = 'מערכת לניהול מסמכים v2.1';
