/** Loaded before a server: each SIGUSR2 sets its clock back by an hour. */
const HOUR = 3_600_000;
const realNow = Date.now.bind(Date);
let offset = 0;

Date.now = () => realNow() + offset;
process.on('SIGUSR2', () => {
  offset -= HOUR;
  process.stderr.write(`clock offset ${offset}\n`);
});
