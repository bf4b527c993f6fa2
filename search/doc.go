// Package search is how texts are searched, without any database: what a query means, how letters are folded, what the
// words of a text are, and whether a text has what is asked for.
//
// [Parse] takes a query in the search language apart. [Tokens] takes a text apart, always in the same way, whether it is
// indexed, asked for or shown with its words marked: into words with folded letters; for scripts without blanks into single
// characters and pairs of them; and besides, what hyphens, dots and slashes part is one word more when it is written
// together (KIT-30-112, KIT30112), as are words with signs (C++, .NET, H&R). A [Needle] is what one term asks of a text, a
// [Doc] a text to be asked. An index of words proposes texts; this package decides.
package search
