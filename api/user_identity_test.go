package api_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
	"interdesk/store"
)

func texts(a *apitest.Answer, list, key string) (out []string) {
	for _, one := range a.List(list) {
		s, _ := one.(map[string]any)[key].(string)
		out = append(out, s)
	}
	return out
}

func TestIdentities(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := d.Agent.Post("users", wrapped("user", object{"name": "Ana", "email": "ana@example.com",
			"identities": array{object{"type": "phone_number", "value": "+49 30 1234567"}, object{"type": "email", "value": "ANA@example.com"}}}), 201).ID("user.id")
		path := "users/" + num(id) + "/identities"
		if got := texts(d.Agent.Get(path+".json", 200), "identities", "value"); !cmp.Equal(got, []string{"ana@example.com", "+49301234567"}) {
			t.Errorf("made with the user: %v", got)
		}
		made := d.Agent.Post(path, wrapped("identity", object{"type": "email", "value": " Ana@Work.example "}), 201)
		if made.Text("identity.value") != "ana@work.example" || made.At("identity.primary") != false || made.At("identity.verified") != false ||
			made.Text("identity.deliverable_state") != "deliverable" || made.Text("identity.verification_method") != "none" {
			t.Errorf("made: %s", made.Body)
		}
		one := path + "/" + num(made.ID("identity.id"))
		if made.Header.Get("Location") != made.Text("identity.url") || !strings.HasSuffix(made.Text("identity.url"), one+".json") {
			t.Errorf("location %q, url %q", made.Header.Get("Location"), made.Text("identity.url"))
		}
		if got := d.Agent.Put(one+"/verify", nil, 200); got.At("identity.verified") != true || got.At("identity.verified_at") == nil {
			t.Errorf("verified: %s", got.Body)
		}
		all := d.Agent.Put(one+"/make_primary.json", object{}, 200)
		if got := texts(all, "identities", "value"); !cmp.Equal(got, []string{"ana@work.example", "ana@example.com", "+49301234567"}) || all.At("identities.0.primary") != true {
			t.Errorf("after make_primary: %s", all.Body)
		}
		if got := d.Agent.Get("users/"+num(id), 200); got.Text("user.email") != "ana@work.example" || got.At("user.verified") != true {
			t.Errorf("user with another primary address: %s", got.Body)
		}
		if got := d.Agent.Put(one, wrapped("identity", object{"value": "ana@new.example", "id": 1}), 200); got.Text("identity.value") != "ana@new.example" {
			t.Errorf("changed: %s", got.Body)
		}
		d.Agent.Delete(one, 204)
		d.Agent.Get(one, 404)
		if got := d.Agent.Get("users/"+num(id), 200); got.Text("user.email") != "ana@example.com" {
			t.Errorf("after the primary address went: %s", got.Body)
		}
	})
}

// As in Zendesk, an address that is said of somebody who has one is a further one.
func TestAnotherEmailOfAUser(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		id := d.Agent.Post("users", wrapped("user", object{"name": "Ana", "email": "ana@example.com", "external_id": "7"}), 201).ID("user.id")
		emails := func() []string {
			return texts(d.Agent.Get("users/"+num(id)+"/identities", 200), "identities", "value")
		}
		d.Agent.Put("users/"+num(id), wrapped("user", object{"email": "ana@work.example", "skip_verify_email": true}), 200)
		d.Agent.Put("users/"+num(id), wrapped("user", object{"email": "ANA@work.example", "name": "Ana G"}), 200)
		again := d.Agent.Post("users/create_or_update", wrapped("user", object{"external_id": "7", "email": "ana@third.example"}), 200)
		if again.Text("user.email") != "ana@example.com" || again.ID("user.id") != id {
			t.Errorf("created or updated: %s", again.Body)
		}
		if got := d.Agent.Post("users/create_or_update", wrapped("user", object{"name": "Ana", "email": "ana@third.example"}), 200); got.ID("user.id") != id {
			t.Errorf("known by another address: %s", got.Body)
		}
		if got := emails(); !cmp.Equal(got, []string{"ana@example.com", "ana@work.example", "ana@third.example"}) {
			t.Errorf("addresses %v", got)
		}
		made := d.Agent.Post("tickets", wrapped("ticket", object{"comment": object{"body": "x"}, "requester": object{"email": "ana@third.example", "name": "A"}}), 201)
		if made.ID("ticket.requester_id") != id {
			t.Errorf("requester by another address: %s", made.Body)
		}
	})
}

func TestIdentityFaults(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		path := "users/" + num(int64(d.EndUser.User.ID)) + "/identities"
		for _, c := range []struct {
			name     string
			identity object
			want     []string
		}{
			{"no address", object{"type": "email", "value": "nobody"}, []string{"value"}},
			{"nothing", object{"type": "email"}, []string{"value"}},
			{"no kind", object{"type": "pigeon", "value": "x"}, []string{"type"}},
			{"no number", object{"type": "phone_number", "value": "030 12345"}, []string{"value"}},
			{"primary number", object{"type": "phone_number", "value": "+4930123", "primary": true}, []string{"primary"}},
			{"somebody else's", object{"type": "email", "value": d.Agent.User.Email}, []string{"email"}},
			{"their own again", object{"type": "email", "value": d.EndUser.User.Email}, []string{"value"}},
			{"state", object{"type": "email", "value": "a@b.example", "deliverable_state": "perhaps"}, []string{"deliverable_state"}},
		} {
			if got := faults(t, d.Agent.Post(path, wrapped("identity", c.identity), 422)); !cmp.Equal(got, c.want) {
				t.Errorf("%s: faults %v, want %v", c.name, got, c.want)
			}
		}
		d.Agent.Post(path, object{"identity": 1}, 400)
		own := "users/" + num(int64(d.Admin.User.ID)) + "/identities/" + num(d.Admin.Get("users/me?include=identities", 200).ID("identities.0.id"))
		d.Admin.Delete(own, 422) // the address by which they sign in
	})
}

func TestWhoMayManageIdentities(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		of := func(c *apitest.Client) string { return "users/" + num(int64(c.User.ID)) + "/identities" }
		mail := func(value string, more ...any) object {
			o := object{"type": "email", "value": value}
			for i := 0; i < len(more); i += 2 {
				o[more[i].(string)] = more[i+1]
			}
			return wrapped("identity", o)
		}
		first := func(c *apitest.Client) string {
			return of(c) + "/" + num(d.Admin.Get(of(c), 200).ID("identities.0.id"))
		}
		d.EndUser.Post(of(d.EndUser), mail("eve@other.example"), 403)
		d.EndUser.Get(of(d.Agent), 403)
		d.EndUser.Put(first(d.Agent)+"/make_primary", nil, 403)
		d.Agent.Post(of(d.Admin), mail("x@other.example"), 403)
		d.Agent.Delete(first(d.Admin), 403)
		d.Agent.Post(of(d.Agent), mail("agent@other.example", "verified", true), 403) // who would prove it?
		d.Agent.Post(of(d.Agent), mail("agent@other.example"), 201)
		d.Admin.Post(of(d.Agent), mail("agent@third.example", "verified", true), 201)

		loose := d.Agent.Post(of(d.EndUser), mail("eve@loose.example"), 201)
		proved := d.Agent.Post(of(d.EndUser), mail("eve@proved.example", "verified", true), 201)
		at := func(a *apitest.Answer) string { return of(d.EndUser) + "/" + num(a.ID("identity.id")) }
		d.EndUser.Put(at(loose)+"/verify", nil, 403)
		d.EndUser.Put(at(loose)+"/make_primary", nil, 422)
		d.EndUser.Put(at(proved)+"/make_primary", nil, 200)
		d.EndUser.Delete(at(proved), 422)
		d.EndUser.Delete(at(loose), 204)

		by := func(address string) *apitest.Client {
			return d.Nobody.With(t, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(address+"/token:"+d.Agent.Token)))
		}
		if got := by("agent@third.example").Get("users/me", 200); got.ID("user.id") != int64(d.Agent.User.ID) {
			t.Errorf("by a proved address: %s", got.Body)
		}
		by("agent@other.example").Get("users", 401)
	})
}

func TestAddressesAreProvedByMail(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		one := "users/" + num(int64(d.EndUser.User.ID)) + "/identities"
		id := num(d.Agent.Get(one, 200).ID("identities.0.id"))
		d.Agent.Put(one+"/"+id+"/request_verification", nil, 200)
		d.EndUser.Put("users/"+num(int64(d.Admin.User.ID))+"/identities/1/request_verification", nil, 403)
		d.Agent.Put(one+"/987654321/request_verification", nil, 404)
		err := d.Store.Account(d.Account.ID).Read(t.Context(), func(tx *store.Tx) error {
			n, err := tx.CountPersonal(t.Context(), d.EndUser.User.Email, time.Time{}, 10)
			if n != 1 {
				t.Errorf("%d letters", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
