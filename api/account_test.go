package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"interdesk/api/apitest"
)

func TestTags(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		ticket(d.Agent, object{"tags": array{"alpha", "beta"}})
		ticket(d.Agent, object{"tags": array{"alpine", "beta"}})
		got := d.Agent.Get("tags.json", 200)
		if diff := cmp.Diff(array{object{"name": "alpha", "count": 1.0}, object{"name": "alpine", "count": 1.0}, object{"name": "beta", "count": 2.0}}, got.List("tags")); diff != "" {
			t.Error(diff)
		}
		page := d.Agent.Get("tags?page%5Bsize%5D=2", 200)
		if len(page.List("tags")) != 2 || page.At("meta.has_more") != true {
			t.Errorf("%s", page.Body)
		}
		if next := d.Agent.Get(page.Text("links.next"), 200); next.Text("tags.0.name") != "beta" || next.At("meta.has_more") != false {
			t.Errorf("%s", next.Body)
		}
		if offset := d.Agent.Get("tags?per_page=2", 200); offset.ID("count") != 3 || offset.Text("next_page") == "" {
			t.Errorf("%s", offset.Body)
		}
		if got := d.Agent.Get("tags/count", 200).ID("count.value"); got != 3 {
			t.Errorf("count %d", got)
		}
		if diff := cmp.Diff(array{"alpha", "alpine"}, d.Agent.Get("autocomplete/tags.json?name=AL", 200).List("tags")); diff != "" {
			t.Error(diff)
		}
		d.Agent.Get("autocomplete/tags?name=a", 400)
		d.EndUser.Get("tags", 403)
		user := d.Agent.Post("users", wrapped("user", object{"name": "A", "tags": array{"vip"}}), 201).ID("user.id")
		if diff := cmp.Diff(array{"vip"}, d.Agent.Get("users/"+num(user)+"/tags", 200).List("tags")); diff != "" {
			t.Error(diff)
		}
		org := d.Admin.Post("organizations", wrapped("organization", object{"name": "O"}), 201).ID("organization.id")
		d.Agent.Get("organizations/"+num(org)+"/tags", 200)
	})
}

func TestApiTokens(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		made := d.Agent.Post("api_tokens.json", wrapped("api_token", object{"description": "script"}), 201)
		id, plain := num(made.ID("api_token.id")), made.Text("api_token.full_token")
		bearer := d.Nobody.With(t, "Authorization", "Bearer "+plain)
		if got := bearer.Get("users/me", 200).Text("user.name"); got != "Ben Agent" {
			t.Errorf("the token speaks for %q", got)
		}
		for _, c := range []*apitest.Client{d.Agent, d.Admin} {
			if got := c.Get("api_tokens/"+id, 200); got.At("api_token.full_token") != nil {
				t.Errorf("%s", got.Body)
			}
		}
		if mine, all := d.Agent.Get("api_tokens", 200).IDs("api_tokens"), d.Admin.Get("api_tokens", 200).IDs("api_tokens"); len(mine) != 2 || len(all) != 4 {
			t.Errorf("%d of %d tokens", len(mine), len(all))
		}
		d.EndUser.Get("api_tokens/"+id, 404)
		d.EndUser.Delete("api_tokens/"+id, 404)
		d.EndUser.Post("api_tokens", wrapped("api_token", object{"user_id": int64(d.Admin.User.ID)}), 403)
		d.Admin.Post("api_tokens", wrapped("api_token", object{"user_id": 5}), 422)
		other := d.Admin.Post("api_tokens", wrapped("api_token", object{"user_id": int64(d.EndUser.User.ID)}), 201)
		if other.ID("api_token.user_id") != int64(d.EndUser.User.ID) {
			t.Errorf("%s", other.Body)
		}
		d.Agent.Delete("api_tokens/"+id, 204)
		bearer.Get("users", 401)
		d.Agent.Delete("api_tokens/"+id, 404)
		d.Nobody.Get("api_tokens", 401)
	})
}

func TestBrandsAndLocales(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		brands := d.Agent.Get("brands.json", 200)
		if brands.Text("brands.0.subdomain") != "acme" || brands.At("brands.0.default") != true {
			t.Errorf("%s", brands.Body)
		}
		d.Agent.Get("brands/"+num(brands.IDs("brands")[0]), 200)
		d.Agent.Get("brands/9", 404)
		d.Agent.Get("custom_roles", 200)
		for _, path := range []string{"locales", "locales/public", "locales/agent"} {
			if got := d.Nobody.Get(path, 200); got.Text("locales.0.locale") != "en-US" {
				t.Errorf("%s", got.Body)
			}
		}
		d.Nobody.Get("locales/current", 200)
		if got := d.Nobody.Get("locales/de", 200).ID("locale.id"); got != d.Nobody.Get("locales/8", 200).ID("locale.id") {
			t.Errorf("de is %d", got)
		}
		d.Nobody.Get("locales/tlh", 404)
	})
}

func TestSettings(t *testing.T) {
	onDesk(t, func(t *testing.T, d *apitest.Desk) {
		d.Admin.Put("account/settings", wrapped("settings", object{"sharing": object{"decline_invitations": "yes"}, "localization": object{"time_zone": "Europe/Oslo"}}), 200)
		got := d.Agent.Get("account/settings.json", 200)
		if got.At("settings.sharing.decline_invitations") != true || got.Text("settings.localization.time_zone") != "Europe/Oslo" {
			t.Errorf("%s", got.Body)
		}
		if got.At("settings.mail.suspended_days") != 30.0 || got.At("settings.mail.email_comments_public_by_default") != true {
			t.Errorf("mail: %v", got.At("settings.mail"))
		}
		d.Admin.Put("account/settings", wrapped("settings", object{"mail": object{"suspended_days": 14, "email_comments_public_by_default": false}}), 200)
		if got = d.Agent.Get("account/settings.json", 200); got.At("settings.mail.suspended_days") != 14.0 || got.At("settings.mail.email_comments_public_by_default") != false {
			t.Errorf("mail: %v", got.At("settings.mail"))
		}
		d.Admin.Put("account/settings", wrapped("settings", object{"mail": object{"suspended_days": 1000}}), 422)
		d.Admin.Put("account/settings", wrapped("settings", object{"localization": object{"time_zone": "Mars"}}), 422)
		d.Agent.Put("account/settings", wrapped("settings", object{}), 403)
		d.EndUser.Get("account/settings", 403)
	})
}
