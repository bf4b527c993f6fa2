package message

import (
	"regexp"
	"strings"
)

// vacationSubjects begin the subjects that mail programs give to answers of absence, by language: Outlook's and Exchange's,
// Gmail's, and those of the usual servers. A subject that only contains such words is a person's.
var vacationSubjects = []string{
	"automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "automated reply",
	"automated response", "out of office", "out of the office", "ooo:", "[ooo]", "away from the office", "on vacation", "vacation reply", "on leave", "i am out of office",
	"automatische antwort", "abwesenheitsnotiz", "abwesenheitsbenachrichtigung", "abwesend", "abwesenheit:", "nicht im büro", "ich bin nicht im büro", "autom. antwort",
	"réponse automatique", "reponse automatique", "absence du bureau", "absent du bureau", "message d'absence", "je suis absent", "notification d'absence",
	"respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina", "ausente de la oficina", "ausencia:",
	"risposta automatica", "fuori sede", "fuori ufficio", "assente dall'ufficio", "risposta fuori sede",
	"resposta automática", "resposta automatica", "fora do escritório", "ausência temporária", "ausente do escritório",
	"automatisch antwoord", "automatische reactie", "automatisch bericht", "afwezig", "niet op kantoor", "afwezigheidsbericht",
	"automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "poza biurem", "nieobecność w biurze",
	"автоответ", "автоматический ответ", "нет на рабочем месте", "отсутствую на рабочем месте",
	"自動応答", "自動返信", "不在通知", "自动回复", "自動回覆", "自动答复", "不在办公室", "외부 출장", "자동 회신", "자동 응답", "부재중",
	"autosvar", "automatiskt svar", "automatisk svar", "automaattinen vastaus", "poissa", "frånvaro", "ikke på kontoret", "fravær:", "inte på kontoret",
	"automatická odpověď", "automatikus válasz", "otomatik yanıt", "ofis dışında", "răspuns automat", "автоматична відповідь", "automatická odpoveď", "رد تلقائي", "תשובה אוטומטית",
}

// answerMark is what programs put before the subject that they answer.
var answerMark = regexp.MustCompile(`(?i)^\s*((re|aw|sv|antw|odp|rif|res|vs|ynt|回复|答复|답장)\s*[:：]\s*)+`)

func isVacationSubject(subject string) bool {
	subject = strings.ToLower(strings.TrimSpace(subject))
	for _, begin := range vacationSubjects {
		if rest, ok := strings.CutPrefix(subject, begin); ok && endsWord(rest) {
			return true
		}
	}
	return false
}

// endsWord is true where the words found are all, or a sign follows: "Automatic reply: printer" but not "Out of office 365".
func endsWord(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	if rest == "" {
		return true
	}
	for _, sign := range []string{":", "：", "-", "–", "—", "(", "（", "[", "re:", "aw:", "."} {
		if strings.HasPrefix(rest, sign) {
			return true
		}
	}
	return false
}
