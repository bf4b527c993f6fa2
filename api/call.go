package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/ratelimit"
	"interdesk/store"
)

// call is one request on its way: whose account, who asks, under which address.
type call struct {
	*API
	w       http.ResponseWriter
	r       *http.Request
	account desk.AccountID
	user    desk.User   // without id: anonymous
	by      desk.UserID // the admin who asks in the user's name, or 0
	base    string      // scheme and host as the client wrote them
	query   url.Values
	unknown []string            // members of the body that mean nothing here
	tx      *store.Tx           // the transaction at work
	fields  *[]desk.PersonField // those of people and organizations; nil: not read yet
	fault   error               // what went wrong while an answer was made up, which then must not go out
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, to route) error {
	c := &call{API: a, w: w, r: r, query: r.URL.Query()}
	info := httpkit.About(r)
	if info.Account == 0 {
		id, err := a.Store.AccountByHost(r.Context(), info.Hostname())
		if err != nil {
			return err
		}
		info.Account = id
	}
	c.account, c.base = info.Account, info.Base()
	w.Header().Set("X-Zendesk-API-Version", "v2")
	id, err := a.identify(r, info, to.who)
	if err != nil {
		return err
	}
	c.user, c.by, info.User = id.User, id.By, id.User.ID
	who := httpkit.Caller{Account: c.account, User: c.user.ID}
	if c.user.ID == 0 {
		who.Client = ratelimit.NetworkOf(info.Client)
	}
	if err := a.Limiter.Check(w, who); err != nil {
		return err
	}
	if err := c.authorise(to.who); err != nil {
		return err
	}
	return to.serve(c)
}

// identify finds the caller. Wrong credentials are an error also where none are needed, unless the route says otherwise. A
// wrong token always is one: who connects a program looks at it to see whether the token is right.
func (a *API) identify(r *http.Request, info *httpkit.Info, who audience) (access.Identity, error) {
	if !access.HasCredentials(r) {
		return access.Identity{}, nil
	}
	id, err := a.Access.Authenticate(r.Context(), info.Account, r, info.Client)
	if desk.KindOf(err) != desk.Unauthenticated {
		return id, err
	}
	switch method := access.MethodOf(r); {
	case method == access.ByBearer:
		return id, invalidBearer()
	case method != access.ByToken && who == whoever:
		return access.Identity{}, nil
	}
	return id, err
}

// invalidBearer is the answer to a bearer that is none (RFC 6750, section 3.1), in the shape that clients know.
func invalidBearer() error {
	return &httpkit.Failure{Status: http.StatusUnauthorized, Code: "invalid_token", Fields: map[string]any{
		"error_description": "The access token provided is expired, revoked, malformed or invalid for other reasons."}}
}

// authorise compares the caller's role with the route's audience.
func (c *call) authorise(who audience) error {
	switch {
	case who <= anyone:
		return nil
	case c.user.ID == 0:
		return desk.Errorf(desk.Unauthenticated, "Couldn't authenticate you")
	case who == agents && !c.user.Role.Staff(), who == admins && c.user.Role != desk.Admin:
		return desk.Errorf(desk.Forbidden, "You do not have access to this page. Please contact the account owner of this help desk for further help.")
	}
	return nil
}

func (c *call) ctx() context.Context { return c.r.Context() }

func (c *call) readTx(fn func(tx *store.Tx) error) error {
	return c.Store.Account(c.account).Read(c.ctx(), c.within(fn))
}

func (c *call) writeTx(fn func(tx *store.Tx) error) error {
	return c.Store.Account(c.account).Write(c.ctx(), c.within(fn))
}

// within lets what is shown while a transaction is at work be read in it.
func (c *call) within(fn func(tx *store.Tx) error) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		outer := c.tx
		c.tx = tx
		defer func() { c.tx = outer }()
		return fn(tx)
	}
}

// isStaff tells whether an agent or admin asks.
func (c *call) isStaff() bool { return c.user.Role.Staff() }

// actor is who asks, as the write path wants to know it.
func (c *call) actor(config *desk.Config) desk.Actor {
	return access.ActorOf(config, c.user)
}

// via says that a change was made by the API, and by whom nobody knows when nobody has signed in.
func (c *call) via() desk.Via {
	v := desk.Via{Channel: desk.ChannelAPI}
	if c.user.ID == 0 {
		v.Flags = []desk.CommentFlag{desk.FlagNotSignedIn}
	}
	return v
}

func (c *call) client() desk.Client {
	agent := strings.ToValidUTF8(c.r.UserAgent(), "")
	return desk.Client{Agent: agent[:min(len(agent), 512)], IP: httpkit.About(c.r).Client.String(), By: c.by}
}

// pathID reads an id from the path; what is none names nothing.
func (c *call) pathID(name string) (int64, error) {
	n, err := strconv.ParseInt(c.r.PathValue(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, desk.Missing()
	}
	return n, nil
}

// url is the address of something under /api/v2, in the form that clients know.
func (c *call) url(parts ...any) string {
	var b strings.Builder
	b.Grow(len(c.base) + 48)
	b.WriteString(c.base)
	b.WriteString("/api/v2")
	for _, p := range parts {
		b.WriteByte('/')
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case int64:
			b.Write(strconv.AppendInt(nil, p, 10))
		}
	}
	b.WriteString(".json")
	return b.String()
}

// queryFlag reads a truth from the query.
func (c *call) queryFlag(name string) bool {
	v := strings.ToLower(c.query.Get(name))
	return v == "true" || v == "1" || v == "yes"
}

// includes tells whether a sideload was asked for.
func (c *call) includes(name string) bool {
	for part := range strings.SplitSeq(c.query.Get("include"), ",") {
		if strings.TrimSpace(part) == name {
			return true
		}
	}
	return false
}

// queryIDs reads a list of ids from the query, at most limit of them.
func (c *call) queryIDs(name string, limit int) ([]int64, error) {
	var out []int64
	for part := range strings.SplitSeq(c.query.Get(name), ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, httpkit.BadRequest("InvalidValue", "Parameter "+name+" must be a list of ids, such as 1,2,3")
		}
		out = append(out, n)
	}
	if len(out) > limit {
		return nil, httpkit.TooMany("Parameter  cannot specify more than "+strconv.Itoa(limit)+" values", limit)
	}
	return out, nil
}

// created answers 201 with the address of what was made.
func (c *call) created(location string, o object) error {
	c.w.Header().Set("Location", location)
	return c.answer(http.StatusCreated, o)
}

func (c *call) ok(o object) error { return c.answer(http.StatusOK, o) }

func (c *call) noContent() error { return httpkit.NoContent(c.w) }
