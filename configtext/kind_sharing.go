package configtext

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"interdesk/desk"
	"interdesk/sharing/agreement"
	"interdesk/sharing/tracker"
	"interdesk/store"
	"interdesk/webhook"
)

func webhooks() *kind {
	k := typed(kind{name: kindWebhook, folder: "webhooks", title: "name"},
		func(ctx context.Context, w *work) ([]desk.Webhook, error) {
			return w.tx.Webhooks(ctx, store.WebhookFilter{})
		},
		func(h *desk.Webhook) string { return string(h.ID) }, renderWebhook,
		func(ctx context.Context, w *work, t *webhookText) (string, error) {
			in := webhook.NewInput()
			t.into(&in)
			in.AuthSecret = w.secrets[w.doc.name]
			made, err := w.Webhooks.Create(ctx, w.tx, w.actor.Me, in)
			if err == nil {
				w.nameTarget(&made, w.doc.name)
			}
			return string(made.ID), err
		},
		func(ctx context.Context, w *work, id string, t *webhookText) error {
			_, err := w.Webhooks.Change(ctx, w.tx, w.actor.Me, desk.WebhookID(id), func(in *webhook.Input) {
				t.into(in)
				in.AuthSecret = w.secrets[w.doc.name]
			})
			return err
		})
	k.remove = func(ctx context.Context, w *work, id string) error {
		return w.Webhooks.Delete(ctx, w.tx, w.actor.Me, desk.WebhookID(id))
	}
	return k
}

// nameTarget gives a webhook that is a target its name as such, too.
func (w *work) nameTarget(h *desk.Webhook, name string) {
	if h.TargetType != "" {
		w.names.set(refTarget, text(h.Target), name)
	}
}

func renderWebhook(_ context.Context, _ *work, h *desk.Webhook) webhookText {
	t := webhookText{Name: h.Name, Description: h.Description, Endpoint: h.Endpoint, Method: h.Method, Format: string(h.Format), Active: h.Active,
		Headers: h.Headers, TargetType: h.TargetType, Attribute: h.Attribute}
	if !slices.Equal(h.Subscriptions, []string{desk.ConditionalEvents}) {
		t.Subscriptions = h.Subscriptions
	}
	if h.Auth != desk.AuthNone {
		t.Auth = &authText{Type: string(h.Auth), Name: h.AuthName, KeyIn: h.KeyIn}
	}
	return t
}

func (t *webhookText) into(in *webhook.Input) {
	in.Name, in.Description, in.Endpoint, in.Method, in.Format, in.Active = t.Name, t.Description, t.Endpoint, t.Method, desk.WebhookFormat(t.Format), t.Active
	in.Subscriptions, in.Headers, in.TargetType, in.Attribute = t.Subscriptions, t.Headers, t.TargetType, t.Attribute
	in.Auth, in.AuthName, in.KeyIn = desk.AuthNone, "", ""
	if t.Auth != nil {
		in.Auth, in.AuthName, in.KeyIn = desk.WebhookAuth(t.Auth.Type), t.Auth.Name, t.Auth.KeyIn
	}
}

func outboundAgreements() *kind {
	k := agreements(kindOutbound, "agreements", false)
	k.create = func(ctx context.Context, w *work, t any) (string, error) { return invite(ctx, w, t.(*agreementText)) }
	return k
}

// inboundAgreements are made by partners: here only what is ours in them is changed.
func inboundAgreements() *kind {
	k := agreements(kindInbound, "inbound_agreements", true)
	k.create = func(_ context.Context, w *work, _ any) (string, error) {
		w.fault("name", "there is no such inbound agreement: the partner has to invite you, and you to accept, before rules can name it")
		return "", nil
	}
	return k
}

func agreements(name, folder string, inbound bool) *kind {
	k := typed(kind{name: name, folder: folder, title: "name"},
		func(ctx context.Context, w *work) ([]desk.Agreement, error) {
			all, err := w.tx.Agreements(ctx)
			return slices.DeleteFunc(all, func(a desk.Agreement) bool { return a.Inbound != inbound }), err
		},
		func(a *desk.Agreement) string { return text(a.ID) }, renderAgreement, nil, changeAgreement)
	k.isGone = func(t any) bool { return t.(*agreementText).Ended }
	return k
}

func renderAgreement(_ context.Context, _ *work, a *desk.Agreement) agreementText {
	t := agreementText{Name: a.Name, Subdomain: a.RemoteSubdomain, Ended: !a.Usable() && !a.Awaits(), Public: a.Terms.PublicComments, Tags: a.Terms.SyncTags,
		Fields: a.Terms.SyncFields, ShareNotes: a.ShareNotes, PassNotes: a.PassNotes, PeopleLimit: a.PeopleLimit, StatusMap: a.StatusMap, Map: mapTextOf(&a.Map)}
	if a.RemoteSubdomain == "" && !a.IsTracker() {
		t.SharingURL = a.RemoteURL
	}
	if a.Dialect == desk.DialectRT {
		t.Dialect = string(a.Dialect)
	}
	if a.IsTracker() {
		t.Tags, t.Fields = true, true // such terms are no tracker's
		r := &a.Tracker
		t.Tracker = &trackerText{Kind: string(r.Kind), URL: r.URL, Project: r.Project, Labels: r.Labels, Confidential: r.Confidential, KeepOpen: r.KeepOpen,
			Closed: string(r.Closed), Reopened: string(r.Reopened)}
	}
	return t
}

// offer is an invitation that a text asks for, or why there can be none.
type offer struct {
	agreement.Offer
	err error
}

// offers prepares the invitations that may be needed: before the transaction, as they look at the directory.
func (s *Service) offers(ctx context.Context, account desk.AccountID, docs []*document) map[*document]offer {
	out := map[*document]offer{}
	for _, d := range docs {
		t, ok := d.text.(*agreementText)
		if !ok || d.kind.name != kindOutbound || t.Tracker != nil || t.Ended {
			continue
		}
		o, err := s.Agreements.Prepare(ctx, account, agreement.Invitation{RemoteURL: t.SharingURL, RemoteSubdomain: t.Subdomain, Name: t.Name, WithoutNotes: !t.ShareNotes,
			Terms: desk.Terms{PublicComments: t.Public, SyncTags: t.Tags, SyncFields: t.Fields}})
		out[d] = offer{o, err}
	}
	return out
}

// invite offers the partner an agreement, as soon as this is committed.
func invite(ctx context.Context, w *work, t *agreementText) (string, error) {
	if t.Tracker != nil {
		w.fault("tracker", "there is no such agreement with a tracker: set it up with its token on the page Partners, before rules can name it")
		return "", nil
	}
	offer := w.offers[w.doc]
	if offer.err != nil {
		return "", offer.err
	}
	a, err := w.Agreements.InviteIn(ctx, w.tx, w.by, offer.Offer)
	if err != nil {
		return "", err
	}
	return text(a.ID), configure(ctx, w, &a, t)
}

func changeAgreement(ctx context.Context, w *work, id string, t *agreementText) error {
	a, err := w.tx.Agreement(ctx, desk.AgreementID(number(id)))
	if err != nil {
		return err
	}
	now := renderAgreement(ctx, w, &a)
	for key, differs := range map[string]bool{"remote_subdomain": t.Subdomain != now.Subdomain, "sharing_url": t.SharingURL != now.SharingURL,
		"allows_public_comments": t.Public != now.Public, "sync_tags": t.Tags != now.Tags, "sync_custom_fields": t.Fields != now.Fields,
		"ended": t.Ended != now.Ended, "tracker": !sameTracker(t.Tracker, now.Tracker)} {
		if differs {
			w.fault(key, key+": is fixed, as the partner and you agreed on it; end the agreement or make another one on the page Partners")
		}
	}
	if w.doc.broken {
		return nil
	}
	if a.Name != t.Name {
		if a, err = w.Agreements.RenameIn(ctx, w.tx, w.by, a.ID, t.Name); err != nil {
			return err
		}
	}
	return configure(ctx, w, &a, t)
}

// sameTracker tells whether two texts mean the same project.
func sameTracker(a, b *trackerText) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.URL == b.URL && a.Project == b.Project
}

// configure sets what is ours in an agreement.
func configure(ctx context.Context, w *work, a *desk.Agreement, t *agreementText) error {
	set := agreement.SettingsOf(a)
	set.ShareNotes, set.PassNotes, set.PeopleLimit, set.StatusMap = t.ShareNotes, t.PassNotes, t.PeopleLimit, t.StatusMap
	if set.Dialect = cmp.Or(desk.Dialect(t.Dialect), a.Dialect); t.Dialect == "" && a.Dialect == desk.DialectRT {
		set.Dialect = desk.DialectUnknown
	}
	before := agreement.SettingsOf(a)
	if set.ShareNotes != before.ShareNotes || set.PassNotes != before.PassNotes || set.PeopleLimit != before.PeopleLimit || set.Dialect != before.Dialect ||
		!maps.Equal(set.StatusMap, before.StatusMap) {
		if _, err := w.Agreements.ConfigureIn(ctx, w.tx, w.by, a.ID, set); err != nil {
			return err
		}
	}
	if m := t.Map.shareMap(); len(agreement.CompareMaps(a.Map, m)) > 0 {
		if _, err := w.Agreements.SetMapIn(ctx, w.tx, w.by, a.ID, m); err != nil {
			return err
		}
	}
	if t.Tracker == nil {
		return nil
	}
	return w.Trackers.ChooseIn(ctx, w.tx, w.by, a.ID, tracker.Choices{Labels: t.Tracker.Labels, Confidential: t.Tracker.Confidential, KeepOpen: t.Tracker.KeepOpen,
		Closed: desk.Status(t.Tracker.Closed), Reopened: desk.Status(t.Tracker.Reopened)})
}
