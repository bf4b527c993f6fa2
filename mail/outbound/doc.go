// Package outbound sends mail. It makes a message of a [Letter], keeps its source, puts it in the queue in the transaction of
// whoever writes, and hands it to a relay until that takes it or three days are over.
//
// # A letter
//
// Compose writes the source once, into the store of files: text and HTML, pictures that the HTML shows, attachments, and the
// headers that its [Class] asks for (mail.md §6). What a person wrote bears no sign of a machine, or other help desks would
// throw it away; what a machine wrote says so, or others' machines would answer it. Nothing of it changes afterwards: the
// Message-ID is the same however often it is sent, so that whoever gets it twice can tell.
//
// # The queue
//
// Each recipient of a letter is a row of mails and a job. Jobs about one ticket to one person stand in a lane, so that nobody
// reads the answer before the question. A relay that is away, slow or busy costs nothing but time: the job comes again, at
// first soon and later every half an hour, and what the relay said is kept. What it refuses for good, and what has waited too
// long, is failed, with its reason. A relay is given up for a moment as soon as it cannot be reached: the letters behind
// the first do not each find out by themselves.
//
// Whoever is killed while sending sends again: at least once is what mail can promise.
package outbound
