CREATE TABLE `registration_software` (
	`issuer` text NOT NULL,
	`software_id` text NOT NULL,
	`floor_issued_at` integer NOT NULL,
	`newest_issued_at` integer NOT NULL,
	`newest_metadata` text NOT NULL,
	`registrations` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`issuer`, `software_id`),
	CONSTRAINT "registration_software_count" CHECK(registrations >= 0)
);
--> statement-breakpoint
CREATE TABLE `registration_checkpoints` (
	`size` integer PRIMARY KEY NOT NULL,
	`previous_size` integer NOT NULL,
	`root_hash` text NOT NULL,
	`signed_at` integer NOT NULL,
	`note` text NOT NULL,
	`compact_range` text NOT NULL,
	CONSTRAINT "registration_checkpoint_grows" CHECK(size > previous_size)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `registration_one_successor_a_checkpoint` ON `registration_checkpoints` (`previous_size`);--> statement-breakpoint
CREATE TABLE `registration_audit_entries` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`client_id` text,
	`text` text NOT NULL,
	`guarded` integer NOT NULL,
	CONSTRAINT "guards_hold" CHECK(guarded = 1)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `registration_audit_entry_id` ON `registration_audit_entries` (`id`);--> statement-breakpoint
CREATE INDEX `registration_audit_client` ON `registration_audit_entries` (`client_id`,`seq`);--> statement-breakpoint
CREATE TABLE `registration_ledger_tiles` (
	`level` integer NOT NULL,
	`tile_index` integer NOT NULL,
	`hashes` blob NOT NULL,
	PRIMARY KEY(`level`, `tile_index`)
);
--> statement-breakpoint
CREATE TABLE `registration_initial_access_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`secret_sha256` text NOT NULL,
	`client_class` text NOT NULL,
	`subject` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`max_uses` integer NOT NULL,
	`uses` integer NOT NULL,
	`revoked_at` integer,
	`version` integer NOT NULL,
	CONSTRAINT "registration_token_uses" CHECK(uses BETWEEN 0 AND max_uses)
);
--> statement-breakpoint
CREATE TABLE `registration_clients` (
	`client_id` text PRIMARY KEY NOT NULL,
	`client_class` text NOT NULL,
	`metadata` text NOT NULL,
	`state` text NOT NULL,
	`end_reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`secret_sha256` text,
	`secret_expires_at` integer,
	`token_sha256` text NOT NULL,
	`previous_token_sha256` text,
	`previous_token_until` integer,
	`governing` text,
	`initial_access_token_id` text,
	`version` integer NOT NULL,
	`issuer` text,
	`software_id` text,
	`statement` text,
	CONSTRAINT "registration_client_state" CHECK(state IN ('active', 'ended')),
	CONSTRAINT "registration_client_end" CHECK((state = 'ended') = (end_reason IS NOT NULL))
);
--> statement-breakpoint
CREATE INDEX `registration_clients_state` ON `registration_clients` (`state`,`client_id`);--> statement-breakpoint
CREATE INDEX `registration_clients_class` ON `registration_clients` (`client_class`,`client_id`);--> statement-breakpoint
CREATE INDEX `registration_clients_issuer` ON `registration_clients` (`issuer`,`client_id`);--> statement-breakpoint
CREATE INDEX `registration_clients_software` ON `registration_clients` (`issuer`,`software_id`,`client_id`);--> statement-breakpoint
CREATE INDEX `registration_clients_software_id` ON `registration_clients` (`software_id`,`client_id`);--> statement-breakpoint
CREATE INDEX `registration_clients_statement` ON `registration_clients` (`statement`,`client_id`);