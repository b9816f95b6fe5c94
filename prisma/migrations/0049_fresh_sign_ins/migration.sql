-- Whether whoever signs in must prove anew who they are, though the issuer may know them still.
ALTER TABLE "sign_ins" ADD COLUMN "fresh" BOOLEAN NOT NULL DEFAULT false;
