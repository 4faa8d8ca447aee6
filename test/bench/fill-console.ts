import type Database from 'better-sqlite3';
import type { People } from './dataset.ts';

/** A made-up id, as long as one of the service. */
const ID = `lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-7' || substr(hex(randomblob(2)), 2) || '-9' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`;

/**
 * Writes what surrounds submissions, for the pages that show it: the decision on each that has one, evidence of each, a
 * comment on one in ten, and the verified domain of each publisher. Reads what is in the tables already.
 */
export function fillConsole(database: Database.Database, people: People): void {
  database
    .prepare(
      `INSERT INTO decisions (id, submission_id, verdict, reason, conditions, decided_by, decided_at)
       SELECT ${ID}, id, CASE state WHEN 'rejected' THEN 'reject' ELSE 'approve' END,
         'redirects belong to the verified domain', NULL, ?, closed_at
       FROM submissions WHERE state <> 'submitted'`,
    )
    .run(people.reviewerId);
  database
    .prepare(
      `INSERT INTO evidence (id, submission_id, member, url, outcome, detail, checked_at, version)
       SELECT ${ID}, id, 'jwks_uri', 'https://app.example/jwks.json', CASE abs(random()) % 50 WHEN 0 THEN 'fails' ELSE 'holds' END,
         'One public key: P-256.', submitted_at, 2
       FROM submissions`,
    )
    .run();
  database
    .prepare(
      `INSERT INTO comments (id, submission_id, person_id, text, created_at)
       SELECT ${ID}, id, ?, 'What is offline_access for?', submitted_at FROM submissions WHERE abs(random()) % 10 = 0`,
    )
    .run(people.reviewerId);
  database
    .prepare(
      `INSERT INTO domain_claims (id, publisher_id, domain, challenge, state, method, detail, created_by, created_at, checked_at,
         verified_at, failing_since, next_check_at, version)
       SELECT ${ID}, id, 'app.example', 'dGhpcyBpcyBhbiBleGFtcGxl', 'verified', 'dns', NULL, ?, created_at, created_at,
         created_at, NULL, 4102444800, 2
       FROM publishers`,
    )
    .run(people.operatorId);
}
