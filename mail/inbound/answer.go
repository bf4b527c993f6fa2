package inbound

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/emersion/go-smtp"

	"interdesk/desk"
)

func refusal(code int, enhanced smtp.EnhancedCode, format string, args ...any) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: fmt.Sprintf(format, args...)}
}

func tooLarge() error {
	return refusal(552, smtp.EnhancedCode{5, 3, 4}, "This message is larger than %d MB, the most that this help desk takes. Please send large files as a link.", MaxMessage>>20)
}

func unknownRecipient(address string) error {
	return refusal(550, smtp.EnhancedCode{5, 1, 1}, "No help desk here receives mail for %s. Please check the address.", address)
}

func tooFast() error {
	return refusal(450, smtp.EnhancedCode{4, 7, 1}, "Your network sends more mail at once than is taken here. Please go on in a minute.")
}

// answerOf turns what storing a message said into SMTP. What is no fault of the message is temporary: the sender keeps it and tries again.
func answerOf(ctx context.Context, log *slog.Logger, err error) error {
	var answer *smtp.SMTPError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, smtp.ErrDataTooLarge), desk.KindOf(err) == desk.TooLarge:
		return tooLarge()
	case errors.Is(err, smtp.ErrTooLongLine): // it would be the same the next time
		return refusal(554, smtp.EnhancedCode{5, 6, 0}, "A line of the message is longer than %d KB.", maxLine>>10)
	case errors.As(err, &answer):
		return answer
	}
	log.ErrorContext(ctx, "mail not accepted, to be sent again", "cause", err)
	return refusal(451, smtp.EnhancedCode{4, 3, 0}, "The message could not be stored just now. Please send it again later.")
}
