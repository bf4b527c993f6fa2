// Package merge is where agents merge tickets into another one (/agent/tickets/{id}/merge, or /agent/merge for those that are
// ticked in a list): first they choose where the conversation goes on, then they see both sides next to each other, what is
// said on each and who reads that, and for shared tickets whether sharing goes on, with a sentence on what each partner sees.
//
// One ticket is merged before the answer; several are merged by a job, whose progress is shown as that of other changes of many.
package merge
