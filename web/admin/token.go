package admin

import (
	"cmp"
	"slices"
	"strings"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
	"interdesk/web/ui"
)

// tokensModel is who has which key. made is the one that was just made, shown this once.
type tokensModel struct {
	tokens      []tokenRow
	staff       []ui.Option
	base        string // where the API is
	made        string
	madeFor     desk.User
	user        string
	description string
	faults      ui.Faults
}

type tokenRow struct {
	store.Token
	user desk.User
}

func showTokens(c *ui.Call) error {
	return tokensAnswer(c, 0, tokensModel{user: ui.IDText(c.User.ID)})
}

func tokensAnswer(c *ui.Call, status int, m tokensModel) error {
	err := c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		all, err := actor.Tokens(c.Ctx())
		if err != nil {
			return err
		}
		m.tokens, err = tokenRows(c, tx, all)
		m.staff = staffOptions(actor.Config)
		return err
	})
	if err != nil {
		return err
	}
	info := httpkit.About(c.R)
	m.base = info.Scheme + "://" + c.R.Host + "/api/v2"
	return c.ShowAdmin("tokens", c.T("admin.tokens.title"), status, tokensPage(m))
}

// tokenRows names whose the tokens are, the newest first.
func tokenRows(c *ui.Call, tx *store.Tx, all []store.Token) ([]tokenRow, error) {
	var who []desk.UserID
	for _, t := range all {
		who = append(who, t.User)
	}
	slices.Sort(who)
	users, err := tx.UsersByID(c.Ctx(), slices.Compact(who))
	if err != nil {
		return nil, err
	}
	rows := make([]tokenRow, 0, len(all))
	for _, t := range slices.Backward(all) {
		i, _ := slices.BinarySearchFunc(users, t.User, func(u desk.User, id desk.UserID) int { return cmp.Compare(u.ID, id) })
		if i < len(users) {
			rows = append(rows, tokenRow{t, users[i]})
		}
	}
	return rows, nil
}

// staffOptions are the agents and admins as choices, by name.
func staffOptions(cfg *desk.Config) []ui.Option {
	all := make([]ui.Option, 0, len(cfg.Staff))
	for _, m := range cfg.Staff {
		all = append(all, ui.Option{Value: ui.IDText(m.ID), Label: m.Name + " · " + m.Email})
	}
	slices.SortFunc(all, func(a, b ui.Option) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return all
}

func createToken(c *ui.Call) error {
	m := tokensModel{user: c.Value("user_id"), description: c.Value("description")}
	err := c.ChangeAs(func(tx *store.Tx, actor *admin.Actor) error {
		plain, t, err := actor.CreateToken(c.Ctx(), desk.UserID(c.Number("user_id")), m.description)
		if err != nil {
			return err
		}
		m.made = plain
		m.madeFor, err = tx.User(c.Ctx(), t.User)
		return err
	})
	if err != nil {
		return ui.AnswerFaults(err, func(status int, f ui.Faults) error {
			m.faults, m.made = f, ""
			return tokensAnswer(c, status, m)
		})
	}
	m.user, m.description = ui.IDText(c.User.ID), ""
	c.Frame.Now = c.Clock() // the token is younger than the request
	return tokensAnswer(c, 0, m)
}

func confirmToken(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	var t store.Token
	var u desk.User
	err = c.ReadAs(func(tx *store.Tx, actor *admin.Actor) error {
		if t, err = actor.Token(c.Ctx(), desk.TokenID(id)); err != nil {
			return err
		}
		u, err = tx.User(c.Ctx(), t.User)
		return err
	})
	if err != nil {
		return err
	}
	return askFirst(c, "tokens", 0, confirmation{title: c.T("admin.tokens.delete.title", tokenName(c, t)),
		losses: []string{c.T("admin.tokens.delete.words", u.Name), c.T("admin.tokens.delete.final")},
		action: "/admin/tokens/" + ui.IDText(id) + "/delete", button: c.T("admin.tokens.revoke"), back: "/admin/tokens"})
}

func tokenName(c *ui.Call, t store.Token) string {
	if t.Description == "" {
		return c.T("admin.tokens.nameless")
	}
	return t.Description
}

func deleteToken(c *ui.Call) error {
	id, err := c.ID("id")
	if err != nil {
		return err
	}
	err = c.ChangeAs(func(_ *store.Tx, actor *admin.Actor) error { return actor.DeleteToken(c.Ctx(), desk.TokenID(id)) })
	if err != nil {
		return err
	}
	c.ToastSuccess(c.T("admin.tokens.deleted"))
	return c.Redirect("/admin/tokens")
}
