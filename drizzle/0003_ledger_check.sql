CREATE TABLE `last_ledger_check` (
	`id` integer PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`checked` integer NOT NULL,
	`total` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer NOT NULL,
	`started_by` text NOT NULL,
	`fault` text,
	`verified` text,
	CONSTRAINT "one_last_check" CHECK(id = 1)
);
