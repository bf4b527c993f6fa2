// Package message reads mail. It turns the bytes of one message into people, words and files, and says what else they tell:
// whether a person wrote it or a machine, what of it is new and what is quoted, which ticket it answers, which desk it came
// from, and for whom it bounced. It is pure: no network, no clock, no randomness; what it needs of those is passed in.
//
// Mail is written by thousands of programs, and many are wrong. So reading goes as far as it can: a part that is broken is
// left out and named in Message.Faults, a charset that lies is corrected, a header that nobody can parse is kept as it
// stands. Parse fails only where there is nothing to read, or more than the limits below allow. Whoever keeps the source
// beside the Message loses nothing.
//
// The limits hold against messages that are made to cost much: deep nesting, a million parts, endless headers. Each has a
// name (MaxSize and its neighbours).
//
// The way through the package:
//
//	Parse      bytes → Message           parse.go, part.go, header.go, address.go, charset.go, flowed.go, tnef.go, text.go
//	Automatic  who or what wrote this    automatic.go
//	RemoteDesk another help desk         remotedesk.go
//	Split      what is new, what is quoted, what is a signature   quote*.go
//	Forwarded  the mail that somebody handed on                   forwarded.go
//	ReadCommands  what staff order above their words              command.go
//	Bounces    what mail servers say of our mails                 bounce.go, report.go
//	Tokens     which ticket it answers   token.go
package message
