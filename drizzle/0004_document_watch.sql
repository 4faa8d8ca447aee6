ALTER TABLE `document_watches` ADD `problem` text;--> statement-breakpoint
ALTER TABLE `document_watches` ADD `failing_since` integer;