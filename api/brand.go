package api

import (
	"interdesk/desk"
	"interdesk/store"
)

func brandRoutes() []route {
	return []route{
		{"GET", "/brands", agents, (*call).listBrands},
		{"GET", "/brands/{id}", agents, (*call).showBrand},
		{"GET", "/custom_roles", agents, (*call).listCustomRoles},
	}
}

// brandJSON is the face an account shows. Each has one.
type brandJSON struct {
	URL             string        `json:"url"`
	ID              desk.BrandID  `json:"id"`
	Name            string        `json:"name"`
	BrandURL        string        `json:"brand_url"`
	Subdomain       string        `json:"subdomain"`
	HostMapping     *string       `json:"host_mapping"`
	HasHelpCenter   bool          `json:"has_help_center"`
	HelpCenterState string        `json:"help_center_state"`
	Active          bool          `json:"active"`
	Default         bool          `json:"default"`
	IsDeleted       bool          `json:"is_deleted"`
	Logo            *struct{}     `json:"logo"`
	TicketFormIDs   []desk.FormID `json:"ticket_form_ids"`
	Signature       string        `json:"signature_template"`
	CreatedAt       string        `json:"created_at"`
	UpdatedAt       string        `json:"updated_at"`
}

func (c *call) brandOf(cfg *desk.Config) brandJSON {
	b := cfg.Brand
	out := brandJSON{URL: c.url("brands", int64(b.ID)), ID: b.ID, Name: b.Name, BrandURL: c.base, Subdomain: b.Subdomain,
		HelpCenterState: "disabled", Active: true, Default: true, TicketFormIDs: []desk.FormID{}, Signature: "{{agent.signature}}",
		CreatedAt: formatTime(b.CreatedAt), UpdatedAt: formatTime(b.UpdatedAt)}
	for _, f := range cfg.Forms {
		out.TicketFormIDs = append(out.TicketFormIDs, f.ID)
	}
	return out
}

func (c *call) listBrands() error {
	return answerWholeList(c, "brands", func(tx *store.Tx) ([]*desk.Config, error) {
		cfg, err := tx.Config(c.ctx())
		return []*desk.Config{cfg}, err
	}, func(cfg *desk.Config) int64 { return int64(cfg.Brand.ID) }, showEach(c.brandOf))
}

func (c *call) showBrand() error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		cfg, err := tx.Config(c.ctx())
		if err != nil {
			return nil, err
		}
		if cfg.Brand.ID != desk.BrandID(id) {
			return nil, desk.Missing()
		}
		return objectOf("brand", c.brandOf(cfg)), nil
	})
}

// listCustomRoles: there are the three roles that every desk has, and no others.
func (c *call) listCustomRoles() error {
	return c.ok(object{{"custom_roles", []struct{}{}}, {"next_page", nil}, {"previous_page", nil}, {"count", 0}})
}
