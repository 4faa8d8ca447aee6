#!/usr/bin/env node
// Plain JavaScript that any Node can parse: an older one gets a sentence before a module loads that would crash it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `imprimatur needs Node 22.12 or later; this is ${process.versions.node}. ` +
      'In a checkout, npm scripts and npx use the Node that is installed with the packages.\n',
  );
  process.exit(1);
}
let commandLine;
try {
  commandLine = await import('../dist/node/command-line.js');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('command-line.js'))
    throw error;
  process.stderr.write('imprimatur is not built yet: run `npm run build` first.\n');
  process.exit(1);
}
process.exitCode = await commandLine.runCommandLine(process.argv.slice(2));
