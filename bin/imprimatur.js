#!/usr/bin/env node
// Checked before anything else loads: the database module crashes on older lines instead of refusing.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const program = new URL('../dist/program/command-line.js', import.meta.url);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `imprimatur needs Node 22.12 or later, and this is ${process.versions.node}; \`npx imprimatur\` inside the project uses a newer one.\n`,
  );
  process.exitCode = 1;
} else {
  const { existsSync } = await import('node:fs');
  if (existsSync(program)) {
    // Whoever reads may stop early, as `| head` does: end as a program does that SIGPIPE ended.
    process.stdout.on('error', (error) => {
      if (error.code === 'EPIPE') process.exit(141);
      throw error;
    });
    const { runCommandLine } = await import(program.href);
    process.exitCode = await runCommandLine(process.argv.slice(2));
  } else {
    process.stderr.write('imprimatur is not built yet; run `npm run build` first.\n');
    process.exitCode = 1;
  }
}
