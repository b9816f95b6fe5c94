-- The head commit of the pull request when a link was made, so that its page can say what was pushed since.
ALTER TABLE "approval_links" ADD COLUMN "head" VARCHAR(64);
