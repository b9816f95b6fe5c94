-- Excerpts of more than 64 KB from before there was a bound: their beginning and end stay, as of those that come now.
UPDATE "agents_tasks" SET "log_excerpt" = left("log_excerpt", 4000) || E'\n[nightshift] The middle was left out here\n' || right("log_excerpt", 12000)
  WHERE octet_length("log_excerpt") > 65536;
UPDATE "task_attempts" SET "log_excerpt" = left("log_excerpt", 4000) || E'\n[nightshift] The middle was left out here\n' || right("log_excerpt", 12000)
  WHERE octet_length("log_excerpt") > 65536;
