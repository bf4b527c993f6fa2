package desk

// Language is one in which people can be served.
type Language struct {
	ID   int64  // the number that API clients know it by
	Tag  string // as BCP 47 has it: "en-US"
	Name string // in the language itself
}

// Languages lists them all; the first is the one of whoever has chosen none.
func Languages() []Language {
	return []Language{
		{1, "en-US", "English"},
		{2, "es", "Español"},
		{8, "de", "Deutsch"},
		{16, "fr", "Français"},
		{19, "pt-BR", "Português (Brasil)"},
		{22, "it", "Italiano"},
		{67, "ja", "日本語"},
		{1005, "nl", "Nederlands"},
		{1176, "en-GB", "English (United Kingdom)"},
	}
}
