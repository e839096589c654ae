/** /verify: anybody checks a record, without an account and without sending it anywhere. */
import "../i18n/words";
import { VerifyScreen } from "../screens/verify/VerifyScreen";
import { show } from "./page";

show(<VerifyScreen />);
