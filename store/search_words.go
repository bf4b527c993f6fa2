package store

import (
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// wordsCap bounds what a search looks through: of a word that is in more comments than this, the newest.
const wordsCap = 20_000

// Where words are looked for.
type wordsIn int

const (
	anywhere wordsIn = iota
	inSubject
	inComments
)

// wordQuery is terms of words in the form of the engine's own language, quoted so that nothing of it is typed by people.
type wordQuery struct {
	dialect sqldb.Dialect
	parts   []string
	in      wordsIn
}

// add tells whether the term has words at all.
func (q *wordQuery) add(t SearchTerm) bool {
	words := wordsOf(t.Value)
	if len(words) == 0 {
		return false
	}
	prefix := !t.Phrase && strings.HasSuffix(t.Value, "*")
	if q.dialect == sqldb.SQLite {
		q.addLite(words, prefix)
	} else {
		q.addPostgres(words, prefix)
	}
	return true
}

func (q *wordQuery) addLite(words []string, prefix bool) {
	part := `"` + strings.Join(words, " ") + `"`
	if prefix {
		part += " *"
	}
	q.parts = append(q.parts, part)
}

func (q *wordQuery) addPostgres(words []string, prefix bool) {
	weights := map[wordsIn]string{anywhere: "AB", inSubject: "A", inComments: "B"}[q.in]
	for i, w := range words {
		star := ""
		if prefix && i == len(words)-1 {
			star = "*"
		}
		words[i] = "'" + w + "':" + star + weights
	}
	q.parts = append(q.parts, "("+strings.Join(words, " <-> ")+")")
}

// where is the condition that some comment of a ticket has the words: all of them in one comment, with which the
// subject counts if it is the first.
func (q *wordQuery) where(c *clause, account desk.AccountID, publicOnly bool, limit int) string {
	if len(q.parts) == 0 {
		return never
	}
	if q.dialect == sqldb.SQLite {
		return q.lite(c, account, publicOnly, limit)
	}
	public := ""
	if publicOnly {
		public = " and c.is_public"
	}
	return c.bind(`t.ticket_id in (
		select c.ticket_id from comments c
		where c.account_id = $1`+public+` and c.words @@ (cast(cast(? as text) as tsquery) && to_tsquery('simple', ?))
		order by c.comment_id desc limit ?)`, "'#"+accountWord(account)+"'", strings.Join(q.parts, " & "), limit)
}

func (q *wordQuery) lite(c *clause, account desk.AccountID, publicOnly bool, limit int) string {
	columns := map[wordsIn]string{anywhere: "{title body}", inSubject: "title", inComments: "body"}[q.in]
	match := `account : "` + accountWord(account) + `" AND ` + columns + ` : (` + strings.Join(q.parts, " AND ") + `)`
	join := ""
	if publicOnly {
		join = `
			join comments c on c.account_id = $1 and c.ticket_id = w.ticket_id and c.comment_id = w.rowid and c.is_public`
	}
	return c.bind(`t.ticket_id in (
		select w.ticket_id from comment_words w`+join+`
		where w.comment_words match ? and w.account_id = $1 order by w.rowid desc limit ?)`, match, limit)
}
