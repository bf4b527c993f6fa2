package configtext

import (
	"strings"

	"interdesk/desk"
)

// tidied brings a text into the form in which the desk keeps it, so that nothing seems to differ that does not.
func tidied(text any) any {
	switch t := text.(type) {
	case *addressText:
		t.Email, t.Tags = strings.ToLower(strings.TrimSpace(t.Email)), desk.NormalizeTags(t.Tags)
	case *fieldText:
		t.Tag = strings.ToLower(t.Tag)
		if t.TitleInPortal == t.Title {
			t.TitleInPortal = ""
		}
		tidyOptions(t.Options)
	case *personFieldText:
		t.Key, t.Tag = strings.ToLower(t.Key), strings.ToLower(t.Tag)
		tidyOptions(t.Options)
	case *webhookText:
		if len(t.Subscriptions) == 1 && t.Subscriptions[0] == desk.ConditionalEvents {
			t.Subscriptions = nil
		}
		if t.Auth != nil && t.Auth.Type == string(desk.AuthAPIKey) && t.Auth.KeyIn == "" {
			t.Auth.KeyIn = desk.KeyInHeader
		}
	}
	return text
}

func tidyOptions(options []optionText) {
	for i := range options {
		options[i].Value = strings.ToLower(options[i].Value)
	}
}
