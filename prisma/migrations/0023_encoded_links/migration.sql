-- Links to pull requests with characters percent-encoded that need not be mean the same ones.
CREATE OR REPLACE FUNCTION "pull_of_link"("link" TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY["host" || "port", "part"[4], "repo", "part"[6]]
    FROM (SELECT string_agg(CASE WHEN "piece"[1] ~* '^%(2[de]|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|7e)$'
                THEN chr(get_byte(decode(substr("piece"[1], 2), 'hex'), 0)) ELSE "piece"[1] END, '' ORDER BY "place") AS "plain"
            FROM regexp_matches("link", '%[0-9A-Fa-f]{2}|%|[^%]+', 'g') WITH ORDINALITY AS "pieces" ("piece", "place")) AS "decoded",
        LATERAL regexp_match("plain",
            '^([Hh][Tt][Tt][Pp][Ss]?)://(?:[^/@?#]*@)?([A-Za-z0-9][A-Za-z0-9.-]{0,239})(?::([0-9]{0,5}))?/([A-Za-z0-9_.-]{1,100})/([A-Za-z0-9_.-]{1,104})/pull/([1-9][0-9]{0,8})(?:[/?#].*)?$')
            AS "part",
        LATERAL (SELECT regexp_replace(regexp_replace(lower("part"[2]), '\.+$', ''), '^(www|ssh)\.(?=github\.com$)', '') AS "host",
            regexp_replace("part"[5], '\.git$', '', 'i') AS "repo",
            CASE WHEN coalesce("part"[3], '') = '' THEN '' WHEN "part"[3]::int = CASE lower("part"[1]) WHEN 'https' THEN 443 ELSE 80 END
                THEN '' ELSE ':' || "part"[3]::int END AS "port") AS "named"
    WHERE "part" IS NOT NULL AND "repo" <> '' AND length("repo") <= 100 AND "part"[4] !~ '^\.+$' AND "repo" !~ '^\.+$'
$$;
