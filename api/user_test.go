package api_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

// wrapped is a record under its name, as bodies have it.
func wrapped(key string, record object) object { return object{key: record} }

func num(id int64) string { return strconv.FormatInt(id, 10) }

// faults are the fields that an answer finds fault with.
func faults(t *testing.T, a *apitest.Answer) []string {
	t.Helper()
	details, ok := a.At("details").(map[string]any)
	if !ok {
		t.Fatalf("no details: %s", a.Body)
	}
	var names []string
	for name := range details {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestUsers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Agent.Post("users.json", wrapped("user", object{"name": "Ana Gomez", "email": "ANA@Example.com", "tags": "vip,Gold",
			"phone": 4711, "external_id": 17, "time_zone": "Europe/Berlin", "locale_id": 8, "unheard": 1}), 201)
		id := made.ID("user.id")
		if warn := made.Header.Get("X-Zendesk-API-Warn"); !strings.Contains(warn, "unheard") {
			t.Errorf("warning %q", warn)
		}
		if made.Header.Get("Location") != made.Text("user.url") || !strings.HasSuffix(made.Text("user.url"), "/api/v2/users/"+num(id)+".json") {
			t.Errorf("location %q, url %q", made.Header.Get("Location"), made.Text("user.url"))
		}
		shown := d.Agent.Get("users/"+num(id)+"?include=identities,organizations,groups", 200)
		for path, want := range map[string]any{"user.email": "ana@example.com", "user.role": "end-user", "user.external_id": "17", "user.phone": "4711",
			"user.locale": "de", "user.iana_time_zone": "Europe/Berlin", "user.tags": array{"gold", "vip"}, "user.active": true,
			"user.shared": false, "identities.0.value": "ana@example.com"} {
			if diff := cmp.Diff(want, shown.At(path)); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		changed := d.Agent.Put("users/"+num(id)+".json", wrapped("user", object{"name": "Ana G", "suspended": "true"}), 200)
		if changed.At("user.suspended") != true || changed.Text("user.email") != "ana@example.com" {
			t.Errorf("changed: %s", changed.Body)
		}
		gone := d.Agent.Delete("users/"+num(id), 200)
		if gone.At("user.active") != false {
			t.Errorf("deleted: %s", gone.Body)
		}
		d.Agent.Delete("users/"+num(id), 200) // again, as clients do that clean up
		d.Agent.Put("users/"+num(id), wrapped("user", object{"name": "x"}), 404)
		d.Agent.Get("users/99", 404)
		d.Agent.Get("users/x", 404)
	})
}

func TestUserFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		for name, tt := range map[string]struct {
			user object
			want []string
		}{
			"no name":         {object{"email": "a@b.example"}, []string{"name"}},
			"bad email, tags": {object{"name": "A", "email": "not one", "tags": []string{"a<b"}}, []string{"email", "tags"}},
			"role":            {object{"name": "A", "role": "boss"}, []string{"role"}},
			"zone and locale": {object{"name": "A", "time_zone": "Mars", "locale": "xx"}, []string{"locale", "time_zone"}},
			"taken email":     {object{"name": "A", "email": d.EndUser.User.Email}, []string{"email"}},
			"organization":    {object{"name": "A", "organization_id": 12345}, []string{"organization_id"}},
			"no such company": {object{"name": "A", "organization": object{"name": "Nobody Ltd"}}, []string{"organization"}},
			"wrong kind":      {object{"name": "A", "suspended": "perhaps", "organization_id": "x"}, []string{"organization_id", "suspended"}},
			"short password":  {object{"name": "A", "password": "short"}, []string{"password"}},
			"too long by far": {object{"name": strings.Repeat("x", 300)}, []string{"name"}},
		} {
			if got := faults(t, d.Admin.Post("users", wrapped("user", tt.user), 422)); !cmp.Equal(got, tt.want) {
				t.Errorf("%s: faults %v, want %v", name, got, tt.want)
			}
		}
		d.Admin.Post("users", object{"person": 1}, 400)
		d.Admin.Post("users", "{", 400)
		d.Admin.Put("users/"+num(int64(d.Admin.User.ID)), wrapped("user", object{"suspended": true}), 422)
	})
}

func TestWhoMayManageUsers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		admin, agent, end := num(int64(d.Admin.User.ID)), num(int64(d.Agent.User.ID)), num(int64(d.EndUser.User.ID))
		d.Nobody.Get("users", 401)
		d.EndUser.Get("users", 403)
		d.EndUser.Get("users/"+agent, 403)
		d.EndUser.Get("users/"+end, 200)
		d.EndUser.Put("users/"+end, wrapped("user", object{"role": "admin"}), 403)
		d.EndUser.Put("users/"+agent, wrapped("user", object{"name": "x"}), 403)
		own := d.EndUser.Put("users/"+end, wrapped("user", object{"name": "Eve Self", "notes": "mine", "organization_id": 3}), 200)
		if own.Text("user.name") != "Eve Self" || own.At("user.notes") != nil {
			t.Errorf("own: %s", own.Body)
		}
		if got := d.Agent.Get("users/"+end, 200); got.Text("user.notes") != "" {
			t.Errorf("an end user wrote notes: %s", got.Body)
		}
		d.Agent.Post("users", wrapped("user", object{"name": "New", "role": "agent"}), 403)
		d.Agent.Put("users/"+end, wrapped("user", object{"role": "agent"}), 403)
		d.Agent.Put("users/"+admin, wrapped("user", object{"name": "x"}), 403)
		d.Agent.Delete("users/"+admin, 403)
		d.Agent.Delete("users/"+agent, 403)
		d.Agent.Post("users", wrapped("user", object{"name": "New", "password": "long enough"}), 403)
		d.Agent.Post("users/"+end+"/password", object{"password": "long enough"}, 403)
		d.Admin.Put("users/"+admin, wrapped("user", object{"role": "agent"}), 403)
		d.Admin.Delete("users/"+admin, 403)
		up := d.Admin.Put("users/"+end, wrapped("user", object{"role": "agent"}), 200)
		if up.Text("user.role") != "agent" {
			t.Errorf("promoted: %s", up.Body)
		}
		d.EndUser.Get("users", 200)
		d.Admin.Put("users/"+end, wrapped("user", object{"role": "end-user"}), 200)
		d.EndUser.Get("users", 403)
		d.Admin.Put("users/"+end, wrapped("user", object{"suspended": true}), 200)
		d.EndUser.Get("users/"+end, 401)
	})
}

func TestMe(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		wrong := &http.Request{Header: http.Header{}}
		wrong.SetBasicAuth(d.Admin.User.Email, "wrong")
		for _, c := range []*apitest.Client{d.Nobody, d.Nobody.With(t, "Authorization", wrong.Header.Get("Authorization"))} {
			if got := c.Get("users/me.json", 200); got.Text("user.name") != "Anonymous user" || got.At("user.id") != nil {
				t.Errorf("nobody: %s", got.Body)
			}
		}
		if got := d.EndUser.Get("users/me", 200); got.Text("user.email") != d.EndUser.User.Email || got.Text("user.role") != "end-user" {
			t.Errorf("me: %s", got.Body)
		}
	})
}

func TestUserLists(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		org := d.Admin.Post("organizations", wrapped("organization", object{"name": "Lens Ltd"}), 201).ID("organization.id")
		var made []int64
		for i := range 5 {
			user := object{"name": "Person Number" + num(int64(i)), "email": "p" + num(int64(i)) + "@lens.example", "organization_id": org}
			made = append(made, d.Agent.Post("users", wrapped("user", user), 201).ID("user.id"))
		}
		for _, cursor := range []bool{false, true} {
			if got := d.Agent.All("organizations/"+num(org)+"/users", "users", 2, cursor); !cmp.Equal(got, made) {
				t.Errorf("cursor %v: %v, want %v", cursor, got, made)
			}
		}
		if got := d.Agent.Back("organizations/"+num(org)+"/users.json", "users", 2); !cmp.Equal(got, made) {
			t.Errorf("backwards: %v, want %v", got, made)
		}
		staff := []int64{int64(d.Admin.User.ID), int64(d.Agent.User.ID)}
		if got := d.Agent.Get("users?role%5B%5D=agent&role%5B%5D=admin", 200).IDs("users"); !cmp.Equal(got, staff) {
			t.Errorf("staff: %v, want %v", got, staff)
		}
		if got := d.Agent.Get("users/count?role=end-user", 200).ID("count.value"); got != 6 {
			t.Errorf("count %d", got)
		}
		if got := d.Agent.Get("users/show_many?ids="+num(made[3])+","+num(made[1])+",99", 200).IDs("users"); !cmp.Equal(got, []int64{made[1], made[3]}) {
			t.Errorf("show_many %v", got)
		}
		if got := d.Agent.Get("users/autocomplete?name=numb", 200).IDs("users"); !cmp.Equal(got, made) {
			t.Errorf("autocomplete %v, want %v", got, made)
		}
		d.Agent.Put("users/"+num(made[2]), wrapped("user", object{"external_id": "crm-2"}), 200)
		for external, want := range map[string][]int64{"crm-2": {made[2]}, "crm-3": nil} {
			if got := d.Agent.Get("users?external_id="+external, 200).IDs("users"); !cmp.Equal(got, want) {
				t.Errorf("%s: %v, want %v", external, got, want)
			}
		}
		d.Agent.Get("users/autocomplete?name=n", 400)
		d.Agent.Get("users?per_page=0", 400)
		d.Agent.Get("groups/77/users", 404)
		d.Agent.Get("organizations/77/users", 404)
		d.Agent.Get("users/"+num(made[0])+"/groups", 200)
		if got := d.Agent.Get("users/"+num(made[0])+"/organizations", 200).IDs("organizations"); !cmp.Equal(got, []int64{org}) {
			t.Errorf("organizations of a user: %v", got)
		}
		if got := d.Agent.Get("organization_memberships?page%5Bsize%5D=100", 200).List("organization_memberships"); len(got) != 5 {
			t.Errorf("%d organization memberships", len(got))
		}
		d.Agent.Get("users/"+num(made[0])+"/organization_memberships", 200)
		d.Agent.Get("organization_memberships/"+num(made[0]), 200)
		d.Agent.Get("organization_memberships/"+num(int64(d.Agent.User.ID)), 404)
	})
}

// TestOrganizationMemberships: people are in one organization at most, so that a membership is the user's organization.
func TestOrganizationMemberships(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		var orgs []int64
		for _, name := range []string{"Acme", "Photo"} {
			orgs = append(orgs, d.Admin.Post("organizations", wrapped("organization", object{"name": name}), 201).ID("organization.id"))
		}
		end, agent := int64(d.EndUser.User.ID), int64(d.Agent.User.ID)
		in := func(user, org int64) object {
			return wrapped("organization_membership", object{"user_id": user, "organization_id": org})
		}
		made := d.Agent.Post("organization_memberships", in(end, orgs[0]), 201)
		if made.ID("organization_membership.organization_id") != orgs[0] || made.At("organization_membership.default") != true {
			t.Errorf("%s", made.Body)
		}
		id := num(made.ID("organization_membership.id"))
		for name, c := range map[string]struct {
			body object
			want []string
		}{
			"again":           {in(end, orgs[0]), []string{"user_id"}},
			"another":         {in(end, orgs[1]), []string{"user_id"}},
			"nobody":          {in(77, orgs[0]), []string{"user_id"}},
			"no organization": {in(agent, 77), []string{"organization_id"}},
			"none":            {in(agent, 0), []string{"organization_id"}},
		} {
			if got := faults(t, d.Admin.Post("organization_memberships", c.body, 422)); !cmp.Equal(got, c.want) {
				t.Errorf("%s: faults %v", name, got)
			}
		}
		d.Agent.Post("organization_memberships", in(int64(d.Admin.User.ID), orgs[0]), 403)
		d.EndUser.Post("organization_memberships", in(end, orgs[0]), 403)
		mine := "users/" + num(end) + "/organization_memberships/" + id
		if got := d.Agent.Put(mine+"/make_default", object{}, 200).IDs("organization_memberships"); !cmp.Equal(got, []int64{end}) {
			t.Errorf("make_default %v", got)
		}
		d.Agent.Put("users/"+num(end)+"/organizations/"+num(orgs[0])+"/make_default", object{}, 200)
		d.Agent.Put("users/"+num(end)+"/organizations/"+num(orgs[1])+"/make_default", object{}, 404)
		d.Agent.Get("users/"+num(agent)+"/organization_memberships/"+id, 404)
		asked := request(d.EndUser, "Stripes")
		d.Agent.Delete(mine, 204)
		d.Agent.Delete("organization_memberships/"+id, 404)
		path := "tickets/" + num(asked)
		for deadline := time.Now().Add(30 * time.Second); d.Agent.Get(path, 200).At("ticket.organization_id") != nil; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s", d.Agent.Get(path, 200).Body)
			}
		}
		many := finished(t, d.Admin, d.Admin.Post("organization_memberships/create_many", object{"organization_memberships": array{
			object{"user_id": end, "organization_id": orgs[1]}, object{"user_id": 77, "organization_id": orgs[1]}}}, 200))
		if many.At("job_status.results.0.id") == nil || many.At("job_status.results.1.success") != false {
			t.Errorf("%s", many.Body)
		}
		d.Agent.Delete("users/"+num(end)+"/organizations/"+num(orgs[0]), 404)
		d.Agent.Delete("users/"+num(end)+"/organizations/"+num(orgs[1]), 204)
		d.Agent.Post("users/"+num(end)+"/organization_memberships", wrapped("organization_membership", object{"organization_id": orgs[0]}), 201)
		if got := finished(t, d.Agent, d.Agent.Delete("organization_memberships/destroy_many?ids="+id+",77", 200)); got.At("job_status.results.0.success") != true {
			t.Errorf("%s", got.Body)
		}
	})
}

func TestUserSearch(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		end := int64(d.EndUser.User.ID)
		d.Agent.Put("users/"+num(end), wrapped("user", object{"external_id": "ext 1"}), 200)
		for query, want := range map[string][]int64{
			"query=email:" + d.EndUser.User.Email:            {end},
			"query=eve":                                      {end},
			"query=role:end-user":                            {end},
			"external_id=ext+1":                              {end},
			"external_id=nobody":                             nil,
			"query=eve+role:agent":                           nil,
			"query=user:eve&role=end-user":                   {end},
			"query=email:nobody@example.com":                 nil,
			"query=type:user+role:admin&page%5Bsize%5D=100":  {int64(d.Admin.User.ID)},
			"query=" + strings.ToUpper(d.EndUser.User.Email): {end},
		} {
			if got := d.Agent.Get("users/search.json?"+query, 200).IDs("users"); !cmp.Equal(got, want) {
				t.Errorf("%s: %v, want %v", query, got, want)
			}
		}
		d.Agent.Get("users/search?query=status:open", 422)
		d.EndUser.Get("users/search?query=a", 403)
	})
}

func TestCreateOrUpdateUser(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		user := object{"name": "Ana", "email": "ana@example.com", "external_id": "7"}
		id := d.Agent.Post("users/create_or_update", wrapped("user", user), 201).ID("user.id")
		user["name"], user["email"] = "Ana B", "new@example.com"
		again := d.Agent.Post("users/create_or_update", wrapped("user", user), 200)
		if again.ID("user.id") != id || again.Text("user.email") != "ana@example.com" || again.Text("user.name") != "Ana B" {
			t.Errorf("%s", again.Body)
		}
		if got := d.Agent.Post("users/create_or_update", wrapped("user", object{"email": "NEW@example.com", "phone": "1"}), 200).ID("user.id"); got != id {
			t.Errorf("by address: %d, want %d", got, id)
		}
		d.Agent.Post("users/create_or_update", wrapped("user", object{"email": d.Admin.User.Email, "name": "x"}), 403)
	})
}

func TestPasswords(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		basic := func(password string) *apitest.Client {
			return d.Nobody.With(t, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(d.EndUser.User.Email+":"+password)))
		}
		path := "users/" + num(int64(d.EndUser.User.ID)) + "/password"
		d.Admin.Post(path, object{"password": "short"}, 422)
		d.Admin.Post(path, object{}, 422)
		d.Admin.Post("users/99/password", object{"password": "first secret"}, 404)
		d.Admin.Post(path, object{"password": "first secret"}, 200)
		basic("first secret").Get("users/"+num(int64(d.EndUser.User.ID)), 200)
		d.EndUser.Put(path, object{"previous_password": "wrong one", "password": "second secret"}, 422)
		d.Agent.Put(path, object{"previous_password": "first secret", "password": "second secret"}, 403)
		d.EndUser.Put(path, object{"previous_password": "first secret", "password": "second secret"}, 200)
		basic("first secret").Get("users/"+num(int64(d.EndUser.User.ID)), 401)
		basic("second secret").Get("users/"+num(int64(d.EndUser.User.ID)), 200)
	})
}

func TestBulkUsers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := finished(t, d.Agent, d.Agent.Post("users/create_many", object{"users": array{
			object{"name": "A", "email": "a@example.com"}, object{"name": "B", "email": "a@example.com"}, object{"name": "C", "role": "agent"},
			object{"name": "D"}}}, 200))
		var states []string
		for i := range made.List("job_status.results") {
			states = append(states, made.Text("job_status.results."+num(int64(i))+".status"))
		}
		if diff := cmp.Diff([]string{"Created", "Failed", "Failed", "Created"}, states); diff != "" {
			t.Errorf("%s\n%s", diff, made.Body)
		}
		a, last := made.ID("job_status.results.0.id"), made.ID("job_status.results.3.id")
		d.Agent.Put("users/update_many?ids="+num(a)+","+num(last), wrapped("user", object{"notes": "seen"}), 200)
		d.Agent.Put("users/update_many", object{"users": array{object{"id": a, "details": "one"}, object{"id": 99, "details": "none"}}}, 200)
		if got := d.Agent.Get("users/"+num(a), 200); got.Text("user.notes") != "seen" || got.Text("user.details") != "one" {
			t.Errorf("%s", got.Body)
		}
		d.Agent.Post("users/create_or_update_many", object{"users": array{object{"name": "A2", "email": "a@example.com"}, object{"name": "E"}}}, 200)
		gone := finished(t, d.Agent, d.Agent.Delete("users/destroy_many?ids="+num(a)+","+num(int64(d.Admin.User.ID)), 200))
		if gone.At("job_status.results.0.success") != true || gone.At("job_status.results.1.success") != false {
			t.Errorf("%s", gone.Body)
		}
		many := array{}
		for range 101 {
			many = append(many, object{"name": "x"})
		}
		d.Agent.Post("users/create_many", object{"users": many}, 400)
		d.Agent.Delete("users/destroy_many", 400)
		byName := d.Agent.Post("users", wrapped("user", object{"name": "F", "external_id": "f-1"}), 201).ID("user.id")
		d.Agent.Put("users/update_many?external_ids=f-1", wrapped("user", object{"notes": "seen"}), 200)
		if got := finished(t, d.Agent, d.Agent.Delete("users/destroy_many?external_ids=f-1", 200)).ID("job_status.results.0.id"); got != byName {
			t.Errorf("gone %d, want %d", got, byName)
		}
	})
}

func TestAccountsAreStrangers(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		other := d.Server.Desk(t, "kongen")
		id := num(int64(other.EndUser.User.ID))
		d.Admin.Get("users/"+id, 404)
		d.Admin.Put("users/"+id, wrapped("user", object{"name": "x"}), 404)
		d.Admin.Delete("users/"+id, 404)
		d.Admin.Post("users/"+id+"/password", object{"password": "long enough"}, 404)
		if got := d.Admin.Get("users/show_many?ids="+id, 200).IDs("users"); got != nil {
			t.Errorf("%v", got)
		}
		d.Nobody.With(t, "Authorization", "Bearer "+other.Admin.Token).Get("users", 401)
		for _, path := range []string{"groups", "organizations", "triggers", "macros", "views", "ticket_fields", "ticket_forms", "sharing_agreements",
			"group_memberships", "trigger_categories", "brands", "api_tokens"} {
			for _, there := range other.Admin.Get(path, 200).List(strings.TrimPrefix(path, "x")) {
				id := there.(object)["id"]
				if n, ok := id.(float64); ok {
					id = num(int64(n))
				}
				d.Admin.Get(path+"/"+id.(string), 404)
			}
		}
	})
}
