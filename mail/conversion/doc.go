// Package conversion turns mail with another help desk into a share, and back.
//
// Two desks that write mail to each other about a ticket do better to share it. What staff choose stands on the server: that
// the mail of one ticket stays mail, that nobody is asked about a desk any more, or that a ticket is to be shared once an
// agreement that was proposed is in force (choose.go).
//
// When the partner accepts, the tickets that wait are shared, each by a job and with their whole history (share.go). Tickets
// for which nobody chose that stay mail. Package notify sends no mail about a ticket to a desk that has it by a live share;
// where both desks are Interdesks, sharing/inbound joins the two tickets that the mails named, and each comment is there once,
// since letters name it as shares do.
//
// A share that the partner refuses, that fails or that the partner ends gives the ticket back to mail (fall_back.go): a note
// says so, and what people wrote while the share was to bring it, and it did not, is mailed. Should a person try the share again
// and it arrives twice, it is one comment there all the same.
package conversion
