// Package upload takes files in, before anybody has said what they belong to.
//
// A client sends a file, gets the token of an upload back, and names it in a comment later; until then the upload waits,
// for Lifetime from its last file on. Receive stores the bytes, outside of any transaction, so that a large file holds
// nothing up; Add puts the received file into an upload. A failure between the two leaves at most bytes that nothing
// shows. Take does both for clients that send one file at a time.
//
// DropExpired clears away what no comment came for. It drops rows first, then bytes: a crash in between leaves bytes
// without a row, never a row without bytes.
package upload
