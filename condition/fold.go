package condition

// Fold lowers the ASCII letters of s and leaves every other character alone. It is what SQLite's lower() does, and
// PostgreSQL's under collation "C"; so all three evaluators agree.
func Fold(s string) string {
	for i := range len(s) {
		if lower(s[i]) != s[i] {
			return foldFrom(s, i)
		}
	}
	return s
}

func foldFrom(s string, i int) string {
	b := []byte(s)
	for ; i < len(b); i++ {
		b[i] = lower(b[i])
	}
	return string(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// sameFold tells whether a and b differ at most in ASCII case.
func sameFold(a, b string) bool { return len(a) == len(b) && foldedAt(a, Fold(b), 0) }

// containsFold tells whether text contains needle, which must be folded already. It allocates nothing.
func containsFold(text, needle string) bool {
	if needle == "" {
		return true
	}
	for i := 0; i+len(needle) <= len(text); i++ {
		if lower(text[i]) == needle[0] && foldedAt(text, needle, i) {
			return true
		}
	}
	return false
}

// foldedAt tells whether text, folded, has needle at i; there must be room for it.
func foldedAt(text, needle string, i int) bool {
	for j := range len(needle) {
		if lower(text[i+j]) != needle[j] {
			return false
		}
	}
	return true
}
