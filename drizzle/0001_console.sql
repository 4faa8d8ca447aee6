CREATE TABLE `ceremonies` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`data` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ceremonies_expiry` ON `ceremonies` (`expires_at`);--> statement-breakpoint
CREATE TABLE `identities` (
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`person_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`issuer`, `subject`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `identities_person` ON `identities` (`person_id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`secret_sha256` text NOT NULL,
	`purpose` text NOT NULL,
	`person_id` text,
	`name` text NOT NULL,
	`email` text,
	`roles` text NOT NULL,
	`publisher_id` text,
	`created_by` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invitation_once" CHECK(used_at IS NULL OR revoked_at IS NULL)
);
--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`name` text NOT NULL,
	`public_key` text NOT NULL,
	`counter` integer NOT NULL,
	`transports` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `passkeys_person` ON `passkeys` (`person_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`secret_sha256` text NOT NULL,
	`method` text NOT NULL,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`fresh_until` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sessions_person` ON `sessions` (`person_id`,`id`);--> statement-breakpoint
CREATE TABLE `comments` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_id` text NOT NULL,
	`person_id` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`submission_id`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `comments_submission` ON `comments` (`submission_id`,`id`);--> statement-breakpoint
CREATE TABLE `domain_claims` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` text NOT NULL,
	`domain` text NOT NULL,
	`challenge` text NOT NULL,
	`state` text NOT NULL,
	`method` text,
	`detail` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`checked_at` integer,
	`verified_at` integer,
	`failing_since` integer,
	`next_check_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "domain_claim_state" CHECK(state IN ('pending', 'verified', 'lost'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_claim_a_domain` ON `domain_claims` (`publisher_id`,`domain`);--> statement-breakpoint
CREATE INDEX `domain_claims_due` ON `domain_claims` (`next_check_at`);--> statement-breakpoint
CREATE INDEX `domain_claims_failing` ON `domain_claims` (`failing_since`) WHERE failing_since IS NOT NULL;--> statement-breakpoint
CREATE TABLE `drafts` (
	`software_id` text PRIMARY KEY NOT NULL,
	`software_version` text NOT NULL,
	`metadata_text` text NOT NULL,
	`note` text NOT NULL,
	`updated_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `evidence` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_id` text NOT NULL,
	`member` text NOT NULL,
	`url` text NOT NULL,
	`outcome` text NOT NULL,
	`detail` text NOT NULL,
	`checked_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`submission_id`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_evidence_a_member` ON `evidence` (`submission_id`,`member`);--> statement-breakpoint
CREATE INDEX `evidence_pending` ON `evidence` (`id`) WHERE outcome = 'pending';--> statement-breakpoint
CREATE INDEX `evidence_failed` ON `evidence` (`checked_at`) WHERE outcome = 'fails';--> statement-breakpoint
CREATE TABLE `review_claims` (
	`submission_id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`claimed_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`submission_id`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
DROP INDEX `ledger_kind`;--> statement-breakpoint
DROP INDEX `ledger_actor`;--> statement-breakpoint
DROP INDEX `ledger_publisher`;--> statement-breakpoint
DROP INDEX `ledger_software`;--> statement-breakpoint
DROP INDEX `ledger_subject`;--> statement-breakpoint
CREATE INDEX `ledger_catalogue` ON `ledger_entries` (`software_id`,`seq`) WHERE kind IN ('submission.decided', 'submission.superseded', 'software.suspended', 'software.reinstated', 'software.revoked');--> statement-breakpoint
CREATE INDEX `ledger_kind` ON `ledger_entries` (`kind`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_actor` ON `ledger_entries` (`actor_id`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_publisher` ON `ledger_entries` (`publisher_id`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_software` ON `ledger_entries` (`software_id`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_subject` ON `ledger_entries` (`subject`,`at`,`seq`);--> statement-breakpoint
DROP INDEX `statements_software`;--> statement-breakpoint
DROP INDEX `statements_publisher`;--> statement-breakpoint
DROP INDEX `statements_kid`;--> statement-breakpoint
CREATE INDEX `statements_revoked` ON `statements` (`publisher_id`) WHERE state = 'revoked';--> statement-breakpoint
CREATE INDEX `statements_live` ON `statements` (`expires_at`) WHERE state <> 'revoked';--> statement-breakpoint
CREATE INDEX `statements_renewed` ON `statements` (`renewed_from`) WHERE renewed_from IS NOT NULL;--> statement-breakpoint
CREATE INDEX `statements_software` ON `statements` (`software_id`,`jti`,`state`,`expires_at`);--> statement-breakpoint
CREATE INDEX `statements_publisher` ON `statements` (`publisher_id`,`jti`,`state`,`expires_at`);--> statement-breakpoint
CREATE INDEX `statements_kid` ON `statements` (`kid`,`expires_at`,`state`);--> statement-breakpoint
DROP INDEX `submissions_state`;--> statement-breakpoint
ALTER TABLE `submissions` ADD `conditions` text;--> statement-breakpoint
CREATE INDEX `submissions_attention` ON `submissions` (`state`,"risk_score" desc,`id`,`publisher_id`,`software_id`,`risk_level`);--> statement-breakpoint
CREATE INDEX `submissions_outcomes` ON `submissions` (`publisher_id`,`state`);--> statement-breakpoint
CREATE INDEX `submissions_approved` ON `submissions` (`id`,`software_id`,`publisher_id`,lower(metadata ->> 'client_name')) WHERE state = 'approved';--> statement-breakpoint
CREATE INDEX `submissions_state` ON `submissions` (`state`,`id`,`publisher_id`,`software_id`,`risk_level`);--> statement-breakpoint
ALTER TABLE `decisions` ADD `conditions` text;