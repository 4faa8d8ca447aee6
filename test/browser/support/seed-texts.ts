/** What people send to see whether a page believes it. */
export const HOSTILE =
  '<script>window.__hacked=1</script><img src=x onerror="window.__hacked=2">\'"><svg onload=window.__hacked=3>';

/** Several lines of the same, for texts that may be long. */
export const HOSTILE_TEXT = `${HOSTILE}\n</textarea></code></pre></script><script>window.__hacked=4</script>\n<a href="javascript:window.__hacked=5">here</a> {{7*7}} \${7*7} %3Cscript%3E`;

/** Right to left, with digits and Latin letters among it. */
export const ARABIC_NAME = 'شركة البرمجيات الموثوقة 24/7 (Trusted Software)';
export const HEBREW_NAME = 'מערכת לניהול מסמכים v2.1';

/** Nothing to break it at. */
export const LONG_NAME = `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft${'Software'.repeat(13)}`;
