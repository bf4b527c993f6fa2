package migration_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/store/migration"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// kept writes shares, agreements and deliveries as programs before schema 10 left them. Ids say which case is which.
func kept(t *testing.T, db *sqldb.DB) {
	t.Helper()
	agreement := `insert into agreements (account_id, agreement_id, uuid, inbound, name, status, deactivated_by, remote_url, local_url,
		remote_subdomain, access_key, public_comments, sync_tags, sync_fields, share_notes, dialect, status_map, paused, verified, last_seen_at,
		last_error, last_error_at, created_at, updated_at, deleted_at, wished_at)
		values (1, $1, $2, $3, 'Kongen', 'accepted', '', 'https://k.example/sharing', 'https://a.example/sharing', '', '', $4, $4, $4, $4, '', '{}', $5, $3, 0, $6, 0, 100, 100, 0, 0)`
	share := `insert into shares (account_id, share_id, agreement_id, ticket_id, uuid, inbound, state, ended_by, reason, remote_id, requester_uuid,
		tags, fields, foreign_fields, status, subject, created_at, updated_at, last_sent_at, last_seen_at)
		values (1, $1, 1, $1, $2, $3, $4, $5, $6, '', '', '[]', '{}', '{}', '', '', 100, 200, $7, 0)`
	delivery := `insert into deliveries (account_id, delivery_id, agreement_id, share_id, ticket_id, job_id, inbound, kind, method, summary, body,
		state, attempts, code, answer, automatic, audit_id, created_at, sent_at, done_at)
		values (1, $1, 1, $2, $2, 0, $3, $4, 'PUT', 'a message', '', $5, 1, $6, $7, $3, 0, 300, $8, 0)`
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		do := func(sql string, args ...any) {
			if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
				t.Fatal(err)
			}
		}
		do(agreement, 1, "aaaaaa", false, true, false, "")
		do(agreement, 2, "bbbbbb", false, true, true, "Sharing is paused. The partner answered 403. Check the agreement with the partner, then resume.")
		do(agreement, 3, "cccccc", false, true, true, "The partner did not answer in time.")
		for _, s := range []struct {
			id                   int
			inbound              bool
			state, endedBy, says string
			sent                 int64
		}{
			{1, false, "live", "", "", 150}, {2, false, "live", "", "", 0}, {3, false, "live", "", "No such status.", 0},
			{4, false, "live", "", "Given up: The connection to the partner failed", 0}, {5, false, "live", "", "Given up: busy", 0},
			{6, false, "ended", "us", "Stopped here.", 150}, {7, false, "ended", "partner", "The partner stopped sharing.", 150},
			{8, false, "live", "", "Rules sent 12 updates within 10m0s without anybody's doing", 150}, {9, true, "live", "", "", 0},
			{10, true, "ended", "us", "Stopped here.", 0}, {11, false, "ended", "us", "Stopped here.", 0},
		} {
			do(share, s.id, string(rune('a'+s.id))+"aaaaaa", s.inbound, s.state, s.endedBy, s.says, s.sent)
		}
		for _, d := range []struct {
			id, share   int
			kind, state string
			code        int
			answer      string
			sentAt      int64
		}{
			{1, 1, "share", "done", 201, "", 150}, {2, 2, "share", "waiting", 0, "", 0}, {3, 3, "share", "dead", 422, "No such status.", 310},
			{4, 4, "share", "dead", 0, "The connection to the partner failed: refused", 310}, {5, 5, "share", "dead", 429, "busy", 310},
			{6, 6, "unshare", "failing", 503, "busy", 310}, {7, 7, "unshare", "done", 200, "", 310},
			{8, 8, "update", "waiting", 0, "Held back until 2026-11-30T08:00:00Z", 0}, {11, 11, "unshare", "waiting", 0, "", 0},
			{12, 1, "update", "failing", 401, "The token is not valid.", 320},
		} {
			do(delivery, d.id, d.share, false, d.kind, d.state, d.code, d.answer, d.sentAt)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// eachEngine runs a test on an empty database of either engine.
func eachEngine(t *testing.T, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	for _, d := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			test(t, storetest.Open(t, storetest.URL(t, d)))
		})
	}
}

// table reads some columns as text, row by row.
func table(t *testing.T, db *sqldb.DB, query string) (out []string) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error {
		rows, err := tx.Query(t.Context(), query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var row string
			if err := rows.Scan(&row); err != nil {
				return err
			}
			out = append(out, row)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSharesOfEarlierPrograms: every state in which a share could be left before schema 10 becomes one of share-life §2. What is
// unclear is stopped, as failed, with its given-up message on the agreement's page.
func TestSharesOfEarlierPrograms(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, db *sqldb.DB) {
		if err := migration.RunBefore(t.Context(), db, "0010"); err != nil {
			t.Fatal(err)
		}
		kept(t, db)
		if err := migration.Run(t.Context(), db, nil); err != nil {
			t.Fatal(err)
		}
		shares := table(t, db, `
			select cast(share_id as text) || ' ' || state || ' by ' || state_by || ', ' || cause || ' since ' || cast(state_at as text)
				|| ', delivered ' || cast(delivered_at as text) || ', throttled ' || cast(throttled_until as text) || ': ' || reason
			from shares order by share_id`)
		if diff := cmp.Diff([]string{
			"1 live by ,  since 200, delivered 100, throttled 0: ",
			"2 sending by ,  since 200, delivered 0, throttled 0: ",
			"3 refused by system, refused since 200, delivered 0, throttled 0: No such status.",
			"4 failed by system, connection since 200, delivered 0, throttled 0: Given up: The connection to the partner failed",
			"5 failed by system, connection since 200, delivered 0, throttled 0: Given up: busy",
			"6 ending by us,  since 200, delivered 100, throttled 0: Stopped here.",
			"7 ended by partner,  since 200, delivered 100, throttled 0: The partner stopped sharing.",
			"8 live by ,  since 200, delivered 100, throttled 600000200: ",
			"9 live by ,  since 200, delivered 100, throttled 0: ",
			"10 ended by us,  since 200, delivered 100, throttled 0: Stopped here.",
			"11 ending by us,  since 200, delivered 0, throttled 0: Stopped here.",
		}, shares); diff != "" {
			t.Error("shares:", diff)
		}
		episodes := table(t, db, `
			select cast(share_id as text) || ': ' || cast(episode as text) || ' from ' || cast(begun_at as text) || ' to ' || cast(ended_at as text) || ' by ' || ended_by
			from share_episodes where share_id in (1, 6, 7) order by share_id`)
		if diff := cmp.Diff([]string{"1: 1 from 100 to 0 by ", "6: 1 from 100 to 200 by us", "7: 1 from 100 to 200 by partner"}, episodes); diff != "" {
			t.Error("episodes:", diff)
		}
		deliveries := table(t, db, `
			select cast(delivery_id as text) || ' ' || state || ' ' || cause || ', held until ' || cast(held_until as text) || ', first ' || cast(first_at as text)
				|| ', says ' || said || ': ' || answer
			from deliveries where delivery_id in (2, 4, 6, 8, 12) order by delivery_id`)
		if diff := cmp.Diff([]string{
			"2 waiting , held until 0, first 0, says {}: ",
			"4 dead connection, held until 0, first 310, says {}: The connection to the partner failed: refused",
			"6 failing busy, held until 0, first 310, says {}: busy",
			"8 waiting , held until 600000300, first 0, says {}: ",
			"12 failing access, held until 0, first 320, says {}: The token is not valid.",
		}, deliveries); diff != "" {
			t.Error("deliveries:", diff)
		}
		agreements := table(t, db, `select cast(agreement_id as text) || ' ' || paused_by || ' ' || cast(people_limit as text) from agreements order by agreement_id`)
		if diff := cmp.Diff([]string{"1  50", "2 partner 50", "3 admin 50"}, agreements); diff != "" {
			t.Error("agreements:", diff)
		}
		refuseEarlierPrograms(t, db)
	})
}

// refuseEarlierPrograms: a program from before, running beside a new one, fails in whole statements.
func refuseEarlierPrograms(t *testing.T, db *sqldb.DB) {
	t.Helper()
	for name, statement := range map[string]string{
		"reads a share":       `select share_id, state, ended_by from shares where account_id = 1`,
		"ends a share":        `update shares set state = 'ended', ended_by = 'us' where account_id = 1 and share_id = 1`,
		"reads an agreement":  `select agreement_id, paused from agreements where account_id = 1`,
		"pauses an agreement": `update agreements set paused = false where account_id = 1`,
	} {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		if err == nil {
			t.Errorf("a program from before %s", name)
		}
	}
}
