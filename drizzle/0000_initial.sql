CREATE TABLE `checkpoints` (
	`size` integer PRIMARY KEY NOT NULL,
	`previous_size` integer NOT NULL,
	`root_hash` text NOT NULL,
	`signed_at` integer NOT NULL,
	`note` text NOT NULL,
	`compact_range` text NOT NULL,
	CONSTRAINT "checkpoint_grows" CHECK(size > previous_size)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_successor_a_checkpoint` ON `checkpoints` (`previous_size`);--> statement-breakpoint
CREATE TABLE `decisions` (
	`id` text PRIMARY KEY NOT NULL,
	`submission_id` text NOT NULL,
	`verdict` text NOT NULL,
	`reason` text NOT NULL,
	`decided_by` text NOT NULL,
	`decided_at` integer NOT NULL,
	FOREIGN KEY (`submission_id`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_decision_a_reviewer` ON `decisions` (`submission_id`,`decided_by`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`person_id` text NOT NULL,
	`key` text NOT NULL,
	`request_sha256` text NOT NULL,
	`subject` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`person_id`, `key`)
);
--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`actor_id` text,
	`publisher_id` text,
	`software_id` text,
	`subject` text NOT NULL,
	`text` text NOT NULL,
	`guarded` integer NOT NULL,
	CONSTRAINT "guards_hold" CHECK(guarded = 1)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entry_id` ON `ledger_entries` (`id`);--> statement-breakpoint
CREATE INDEX `ledger_kind` ON `ledger_entries` (`kind`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_actor` ON `ledger_entries` (`actor_id`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_publisher` ON `ledger_entries` (`publisher_id`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_software` ON `ledger_entries` (`software_id`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_subject` ON `ledger_entries` (`subject`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_at` ON `ledger_entries` (`at`,`seq`);--> statement-breakpoint
CREATE TABLE `ledger_tiles` (
	`level` integer NOT NULL,
	`tile_index` integer NOT NULL,
	`hashes` blob NOT NULL,
	PRIMARY KEY(`level`, `tile_index`)
);
--> statement-breakpoint
CREATE TABLE `memberships` (
	`publisher_id` text NOT NULL,
	`person_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`publisher_id`, `person_id`),
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `memberships_person` ON `memberships` (`person_id`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text,
	`roles` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	CONSTRAINT "person_state" CHECK(state IN ('active', 'disabled'))
);
--> statement-breakpoint
CREATE TABLE `policies` (
	`version` integer PRIMARY KEY NOT NULL,
	`policy` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `published_status_lists` (
	`list_id` text PRIMARY KEY NOT NULL,
	`revision` integer NOT NULL,
	`kid` text NOT NULL,
	`jwt` text NOT NULL,
	`issued_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `publishers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`verified_domains` text NOT NULL,
	`allowed_scopes` text,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	CONSTRAINT "publisher_state" CHECK(state IN ('active', 'suspended', 'revoked'))
);
--> statement-breakpoint
CREATE INDEX `publishers_standing` ON `publishers` (`state`) WHERE state <> 'active';--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`alg` text NOT NULL,
	`public_jwk` text NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`created_at` integer NOT NULL,
	`activated_at` integer,
	`retiring_at` integer,
	`ended_at` integer,
	`version` integer NOT NULL,
	CONSTRAINT "key_state" CHECK(state IN ('pending', 'active', 'retiring', 'retired', 'revoked'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_active_key` ON `signing_keys` (`state`) WHERE state = 'active';--> statement-breakpoint
CREATE TABLE `software` (
	`id` text PRIMARY KEY NOT NULL,
	`publisher_id` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`approved_submission_id` text,
	`created_at` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`publisher_id`) REFERENCES `publishers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "software_state" CHECK(state IN ('active', 'suspended'))
);
--> statement-breakpoint
CREATE INDEX `software_publisher` ON `software` (`publisher_id`,`id`);--> statement-breakpoint
CREATE INDEX `software_suspended` ON `software` (`state`) WHERE state = 'suspended';--> statement-breakpoint
CREATE TABLE `statements` (
	`jti` text PRIMARY KEY NOT NULL,
	`software_id` text NOT NULL,
	`publisher_id` text NOT NULL,
	`submission_id` text NOT NULL,
	`software_version` text NOT NULL,
	`kid` text NOT NULL,
	`alg` text NOT NULL,
	`profile` text NOT NULL,
	`audience` text,
	`issued_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`list_id` text NOT NULL,
	`idx` integer NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`state_at` integer,
	`jwt` text NOT NULL,
	`sha256` text NOT NULL,
	`issued_by` text NOT NULL,
	`renewed_from` text,
	`version` integer NOT NULL,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`list_id`) REFERENCES `status_lists`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "statement_state" CHECK(state IN ('valid', 'suspended', 'revoked'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_statement_a_place` ON `statements` (`list_id`,`idx`);--> statement-breakpoint
CREATE INDEX `statements_software` ON `statements` (`software_id`,`jti`);--> statement-breakpoint
CREATE INDEX `statements_publisher` ON `statements` (`publisher_id`,`jti`);--> statement-breakpoint
CREATE INDEX `statements_kid` ON `statements` (`kid`,`expires_at`);--> statement-breakpoint
CREATE INDEX `statements_not_valid` ON `statements` (`list_id`,`state`,`idx`) WHERE state <> 'valid';--> statement-breakpoint
CREATE TABLE `status_lists` (
	`id` text PRIMARY KEY NOT NULL,
	`bits` integer NOT NULL,
	`size` integer NOT NULL,
	`allocated` integer NOT NULL,
	`state` text NOT NULL,
	`unallocated_status` integer NOT NULL,
	`created_at` integer NOT NULL,
	`revision` integer NOT NULL,
	CONSTRAINT "status_list_bits" CHECK(bits = 2),
	CONSTRAINT "status_list_fill" CHECK(allocated <= size)
);
--> statement-breakpoint
CREATE TABLE `submissions` (
	`id` text PRIMARY KEY NOT NULL,
	`software_id` text NOT NULL,
	`publisher_id` text NOT NULL,
	`software_version` text NOT NULL,
	`metadata` text NOT NULL,
	`metadata_sha256` text NOT NULL,
	`findings` text NOT NULL,
	`compared_with` text,
	`changes` text NOT NULL,
	`risk_level` text NOT NULL,
	`risk_score` integer NOT NULL,
	`note` text,
	`state` text NOT NULL,
	`required_approvals` integer NOT NULL,
	`submitted_by` text NOT NULL,
	`submitted_at` integer NOT NULL,
	`closed_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`software_id`) REFERENCES `software`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "submission_state" CHECK(state IN ('submitted', 'changes_requested', 'approved', 'rejected', 'withdrawn', 'superseded'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_software_version` ON `submissions` (`software_id`,`software_version`) WHERE state NOT IN ('rejected', 'withdrawn');--> statement-breakpoint
CREATE UNIQUE INDEX `one_open_submission` ON `submissions` (`software_id`) WHERE state IN ('submitted', 'changes_requested');--> statement-breakpoint
CREATE INDEX `submissions_software` ON `submissions` (`software_id`,`id`);--> statement-breakpoint
CREATE INDEX `submissions_publisher` ON `submissions` (`publisher_id`,`id`);--> statement-breakpoint
CREATE INDEX `submissions_state` ON `submissions` (`state`,`id`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`label` text NOT NULL,
	`secret_sha256` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`version` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `tokens_person` ON `tokens` (`person_id`,`id`);