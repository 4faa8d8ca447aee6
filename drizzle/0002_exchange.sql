CREATE TABLE `client_identifiers` (
	`url` text PRIMARY KEY NOT NULL,
	`software_id` text NOT NULL,
	`publisher_id` text NOT NULL,
	`bound_at` integer NOT NULL,
	`last_issued_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `client_identifiers_software` ON `client_identifiers` (`software_id`);--> statement-breakpoint
CREATE TABLE `deferrals` (
	`id` text PRIMARY KEY NOT NULL,
	`software_id` text NOT NULL,
	`publisher_id` text NOT NULL,
	`submission_id` text NOT NULL,
	`client_id` text,
	`profile` text NOT NULL,
	`audience` text,
	`document` text,
	`agent` text NOT NULL,
	`holder` text NOT NULL,
	`renewed_from` text,
	`state` text NOT NULL,
	`jti` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`polled_at` integer,
	`interval_seconds` integer NOT NULL,
	`early_polls` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`submission_id`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deferral_state" CHECK(state IN ('pending', 'issued', 'denied', 'cancelled'))
);
--> statement-breakpoint
CREATE INDEX `deferrals_submission` ON `deferrals` (`submission_id`);--> statement-breakpoint
CREATE INDEX `deferrals_pending` ON `deferrals` (`software_id`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `document_watches` (
	`url` text PRIMARY KEY NOT NULL,
	`software_id` text NOT NULL,
	`checked_at` integer,
	`next_check_at` integer NOT NULL,
	`seen_digest` text,
	`drifted_since` integer,
	`failure` text,
	`version` integer NOT NULL,
	FOREIGN KEY (`url`) REFERENCES `client_identifiers`(`url`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `document_watches_due` ON `document_watches` (`next_check_at`);--> statement-breakpoint
CREATE INDEX `document_watches_software` ON `document_watches` (`software_id`);--> statement-breakpoint
CREATE INDEX `document_watches_drifted` ON `document_watches` (`drifted_since`) WHERE drifted_since IS NOT NULL;--> statement-breakpoint
CREATE TABLE `initial_access_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`software_id` text NOT NULL,
	`publisher_id` text NOT NULL,
	`label` text NOT NULL,
	`client_id` text,
	`audience` text,
	`secret_sha256` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `initial_access_tokens_software` ON `initial_access_tokens` (`software_id`,`id`);--> statement-breakpoint
CREATE TABLE `metadata_documents` (
	`digest` text NOT NULL,
	`url` text NOT NULL,
	`octets` text NOT NULL,
	`fetched_at` integer NOT NULL,
	PRIMARY KEY(`digest`, `url`)
);
--> statement-breakpoint
CREATE TABLE `spent_tokens` (
	`id` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_use_a_token` ON `spent_tokens` (`id`);--> statement-breakpoint
CREATE INDEX `spent_tokens_expiry` ON `spent_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `statement_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`code_challenge` text NOT NULL,
	`dpop_jkt` text,
	`document` text NOT NULL,
	`audience` text,
	`submission_id` text,
	`agent` text NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer,
	`deferral_id` text
);
--> statement-breakpoint
CREATE INDEX `statement_codes_expiry` ON `statement_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `workloads` (
	`id` text PRIMARY KEY NOT NULL,
	`software_id` text NOT NULL,
	`publisher_id` text NOT NULL,
	`label` text NOT NULL,
	`rules` text NOT NULL,
	`may_file` integer NOT NULL,
	`state` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "workload_state" CHECK(state IN ('active', 'ended'))
);
--> statement-breakpoint
CREATE INDEX `workloads_software` ON `workloads` (`software_id`,`id`);--> statement-breakpoint
ALTER TABLE `submissions` ADD `document` text;